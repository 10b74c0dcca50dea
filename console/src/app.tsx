/** The frame around every page: menu, live data, search, keys. */
import { lazy, LocationProvider, Route, Router, useLocation } from "preact-iso";
import type { JSX } from "preact";
import { said } from "./data/copied.ts";
import { editing, editingField } from "./data/dialogs.ts";
import { moveRow, useKeys } from "./data/keys.ts";
import { pagesHere } from "./data/pages.ts";
import { consolePath, pathTo } from "./data/place.ts";
import { freshness, isLive, turnLive } from "./data/query.ts";
import { logOut, me, session } from "./data/session.ts";
import { clock, zone } from "./data/show.ts";
import { nextTheme } from "./data/theme.ts";
import { switchLanguage, words } from "./words/words.ts";
import { Environment } from "./parts/environment.tsx";
import { DeadLetterDialog } from "./parts/dead-letter-dialog.tsx";
import { FetchedDialog } from "./parts/fetched-dialog.tsx";
import { GroupDialog } from "./parts/group-dialog.tsx";
import { VerifyDialog } from "./parts/verify-dialog.tsx";
import { Page } from "./parts/page.tsx";
import { isSearching, SearchDialog } from "./parts/search-dialog.tsx";
import { SimpleDialog } from "./parts/simple-dialog.tsx";
import { Switches } from "./parts/switches.tsx";
import { Dead } from "./pages/dead.tsx";
import { DeliveryPage } from "./pages/delivery.tsx";
import { LoginAgain, LoginPage } from "./pages/login.tsx";
import { Overview } from "./pages/overview.tsx";

/** Fetched when somebody opens them: the first page comes sooner without. */
const AccountPage = lazy(async () => (await import("./pages/accounts.tsx")).AccountPage);
const Accounts = lazy(async () => (await import("./pages/accounts.tsx")).Accounts);
const ActionPage = lazy(async () => (await import("./pages/action.tsx")).ActionPage);
const Actions = lazy(async () => (await import("./pages/actions.tsx")).Actions);
const Audit = lazy(async () => (await import("./pages/audit.tsx")).Audit);
const Callbacks = lazy(async () => (await import("./pages/callbacks.tsx")).Callbacks);
const Deliveries = lazy(async () => (await import("./pages/deliveries.tsx")).Deliveries);
const Help = lazy(async () => (await import("./pages/help.tsx")).Help);
const Intake = lazy(async () => (await import("./pages/intake.tsx")).Intake);
const Lanes = lazy(async () => (await import("./pages/lanes.tsx")).Lanes);
const Runbooks = lazy(async () => (await import("./pages/runbooks.tsx")).Runbooks);
const Sessions = lazy(async () => (await import("./pages/sessions.tsx")).Sessions);
const System = lazy(async () => (await import("./pages/system.tsx")).System);
const Sandbox = lazy(async () => (await import("./pages/sandbox.tsx")).Sandbox);
const loadEditDialog = async () => (await import("./parts/edit-dialog.tsx")).EditDialog;
const loadFieldDialog = async () => (await import("./parts/field-dialog.tsx")).FieldDialog;

export function App(): JSX.Element | null {
  if (session.value === "unknown") return null;
  if (session.value === "out") return <LoginPage />;
  return (
    <LocationProvider>
      <Frame />
      {session.value === "ended" && <LoginAgain />}
    </LocationProvider>
  );
}

function Frame(): JSX.Element {
  const w = words.value;
  useGlobalKeys();
  return (
    <div class="frame">
      <a class="skip" href="#main">
        {w.skip}
      </a>
      <header class="top">
        <a class="brand" href={pathTo("/")}>
          Bida <span lang="zh">必达</span>
        </a>
        <Environment />
        <button type="button" class="search-button" onClick={() => (isSearching.value = true)}>
          {w.nav.search} <kbd>Ctrl K</kbd>
        </button>
        <LiveSwitch />
        <Switches />
        {me.value?.signedOnBy === "proxy" ? (
          <span class="faint">{me.value.name}</span>
        ) : (
          <button type="button" class="quiet" onClick={() => void logOut()} title={me.value?.name}>
            {w.logout}
          </button>
        )}
      </header>
      <Menu />
      <main id="main" tabIndex={-1}>
        <Pages />
        <footer class="faint">{w.time.zone(zone())}</footer>
      </main>
      <Bottom />
      <DeadLetterDialog />
      <SimpleDialog />
      <FetchedDialog isOpen={editing.value !== null} load={loadEditDialog} />
      <VerifyDialog />
      <GroupDialog />
      <FetchedDialog isOpen={editingField.value !== null} load={loadFieldDialog} />
      <SearchDialog />
      <p class="toast" role="status">
        {said.value}
      </p>
    </div>
  );
}

function Pages(): JSX.Element {
  const { path } = useLocation();
  return (
    <Router key={path.startsWith(pathTo("/d/")) ? path : "pages"}>
      <Route path={consolePath} component={Overview} />
      <Route path={pathTo("/login")} component={Overview} />
      <Route path={pathTo("/dead")} component={Dead} />
      <Route path={pathTo("/d/:id")} component={DeliveryPage} />
      <Route path={pathTo("/deliveries")} component={Deliveries} />
      <Route path={pathTo("/accounts")} component={Accounts} />
      <Route path={pathTo("/accounts/:name")} component={AccountPage} />
      <Route path={pathTo("/actions")} component={Actions} />
      <Route path={pathTo("/actions/:id")} component={ActionPage} />
      <Route path={pathTo("/callbacks")} component={Callbacks} />
      <Route path={pathTo("/intake")} component={Intake} />
      <Route path={pathTo("/audit")} component={Audit} />
      <Route path={pathTo("/lanes")} component={Lanes} />
      <Route path={pathTo("/system")} component={System} />
      <Route path={pathTo("/sessions")} component={Sessions} />
      <Route path={pathTo("/sandbox")} component={Sandbox} />
      <Route path={pathTo("/runbooks")} component={Runbooks} />
      <Route path={pathTo("/runbooks/:name")} component={Runbooks} />
      <Route path={pathTo("/help")} component={Help} />
      <Route default component={Missing} />
    </Router>
  );
}

function Missing(): JSX.Element {
  return <Page title={words.value.problem.notFound}>{null}</Page>;
}

function Menu(): JSX.Element {
  const { nav } = words.value;
  return (
    <nav class="menu" aria-label={nav.label}>
      {pagesHere().map(({ path, name }) => (
        <MenuLink page={path} title={nav[name]} />
      ))}
    </nav>
  );
}

function MenuLink({ page, title }: { page: string; title: string }): JSX.Element {
  const { path } = useLocation();
  const here = path.slice(consolePath.length) || "/";
  const isHere = page === "/" ? here === "/" : here === page || here.startsWith(`${page}/`);
  return (
    <a href={pathTo(page)} aria-current={isHere ? "page" : undefined}>
      {title}
    </a>
  );
}

/** On a phone, under the thumb. */
function Bottom(): JSX.Element {
  const { nav } = words.value;
  return (
    <nav class="bottom" aria-label={nav.more}>
      {pagesHere()
        .filter(({ isMain }) => isMain)
        .map(({ path, name }) => (
          <MenuLink page={path} title={nav[name]} />
        ))}
      <button type="button" class="quiet" onClick={() => (isSearching.value = true)}>
        {nav.search}
      </button>
      <button type="button" class="quiet" popovertarget="more">
        {nav.more}
      </button>
      <div id="more" popover="auto" role="group" aria-label={nav.more}>
        {pagesHere()
          .filter(({ isMain }) => isMain !== true)
          .map(({ path, name }) => (
            <MenuLink page={path} title={nav[name]} />
          ))}
      </div>
    </nav>
  );
}

function LiveSwitch(): JSX.Element {
  const { live } = words.value;
  const at = freshness.value;
  return (
    <span class="live">
      <button type="button" class="quiet" aria-pressed={!isLive.value} onClick={turnLive}>
        <span aria-hidden="true">{isLive.value ? "●" : "‖"}</span> {isLive.value ? live.on : live.off}
      </button>
      {at !== null && (
        <small class={at.failed ? "stale" : "faint"} role={at.failed ? "status" : undefined}>
          {at.failed ? live.stale(clock(at.at)) : live.asOf(clock(at.at))}
        </small>
      )}
    </span>
  );
}

/** The browser goes back later, and only then knows how much further it can. */
let isGoingBack = false;
for (const arrival of ["popstate", "pageshow"]) addEventListener(arrival, () => (isGoingBack = false));

/** Never out of the console. */
function goBack(): void {
  const { navigation } = window as { readonly navigation?: { readonly canGoBack: boolean } };
  if (isGoingBack || !(navigation?.canGoBack ?? history.length > 1)) return;
  isGoingBack = true;
  history.back();
}

function useGlobalKeys(): void {
  const { route } = useLocation();
  const to = (page: string) => () => route(pathTo(page));
  useKeys({
    "/": () => (isSearching.value = true),
    "?": to("/help"),
    ...Object.fromEntries(pagesHere().map(({ path, key }) => [`g ${key}`, to(path)])),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    Escape: goBack,
    ".": turnLive,
    t: nextTheme,
    l: () => void switchLanguage(),
  });
}
