import bida.client.BatchItem;
import bida.client.BidaClient;
import bida.client.BidaException;
import bida.client.CallbackVerifier;
import bida.client.Delivery;
import bida.client.Order;
import bida.client.RedisIntake;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Everything that the client can do, against a {@code bida up} on this machine. Takes BIDA_URL, BIDA_KEY and
 * REDIS_URL as {@code bida up} prints them; exits with 1 if a result is wrong.
 */
public final class Example {
  /** As the configuration of {@code bida up} has it. */
  private static final String SECRET = "sandbox-callback-secret-of-bida-up";
  /** Beyond what a double holds: 2^53 + 1. */
  private static final long FORM_ID = 9007199254740993L;

  private final BidaClient bida = new BidaClient(System.getenv("BIDA_URL"), System.getenv("BIDA_KEY"));
  private final CallbackVerifier verifier = new CallbackVerifier(SECRET);
  private final BlockingQueue<String> callbacks = new LinkedBlockingQueue<>();
  private final String run = "java-" + System.currentTimeMillis();

  public static void main(String[] args) throws Exception {
    Example example = new Example();
    HttpServer receiver = example.receive();
    try {
      example.sendOnceAndWait(receiver.getAddress().getPort());
      example.sendSomethingWrong();
      example.sendMany();
      example.addToRedis();
      example.finishAndUndo();
    } finally {
      receiver.stop(0);
    }
  }

  /** A servlet would do the same. */
  private HttpServer receive() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/bida", exchange -> {
      byte[] body = bytes(exchange.getRequestBody());
      int status = 204;
      try {
        CallbackVerifier.Callback callback = verifier.verify(
            exchange.getRequestHeaders().getFirst("webhook-id"),
            exchange.getRequestHeaders().getFirst("webhook-timestamp"),
            exchange.getRequestHeaders().getFirst("webhook-signature"),
            body);
        callbacks.add(callback.type() + " " + callback.delivery().id());
        body[body.length - 2] ^= 1;
        mustBeForged(exchange.getRequestHeaders().getFirst("webhook-id"), exchange.getRequestHeaders().getFirst("webhook-timestamp"), exchange.getRequestHeaders().getFirst("webhook-signature"), body);
      } catch (SecurityException forged) {
        status = 401;
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    });
    server.start();
    return server;
  }

  private void mustBeForged(String id, String timestamp, String signatures, byte[] body) {
    try {
      verifier.verify(id, timestamp, signatures, body);
    } catch (SecurityException forged) {
      return;
    }
    callbacks.add("a forged callback was taken for ours");
  }

  private void sendOnceAndWait(int port) throws Exception {
    Order order = Order.of("yzj", "todo.create", todo("1"))
        .key(run + "-1")
        .callbackUrl("http://127.0.0.1:" + port + "/bida")
        .metadata(BidaClient.fields("formId", FORM_ID));
    String id = bida.send(order);
    System.out.println("acknowledged " + id);
    check(bida.send(order).equals(id), "the same order again is the same delivery");

    Delivery delivery = bida.waitUntilFinished(id, 120_000);
    System.out.println(delivery);
    check(delivery.isConfirmed(), "the platform itself showed it");
    Map<?, ?> metadata = (Map<?, ?>) bida.get(id).fields().get("metadata");
    check(Long.valueOf(FORM_ID).equals(metadata.get("formId")), "an id beyond 2^53 keeps every digit");

    String callback = callbacks.poll(30, TimeUnit.SECONDS);
    System.out.println("called back: " + callback);
    check(("delivery.confirmed " + id).equals(callback), "the callback was verified");
    check(callbacks.isEmpty(), "a changed callback is refused");
  }

  private void sendSomethingWrong() throws Exception {
    Map<String, Object> todo = todo("2");
    todo.remove("title");
    todo.put("params", "nobody");
    try {
      bida.send(Order.of("yzj", "todo.create", todo));
      check(false, "a wrong order is refused");
    } catch (BidaException refusal) {
      System.out.println(refusal.getMessage());
      check("invalid".equals(refusal.code()) && refusal.errors().size() == 2, "each wrong field is named");
    }
  }

  private void sendMany() throws Exception {
    Order good = Order.ofJson("yzj", "todo.create", "{\"appId\":\"500041933\",\"sourceId\":\"" + run + "-3\",\"title\":\"请假审批\","
        + "\"headImg\":\"https://oa.example.com/leave.png\",\"url\":\"https://oa.example.com/leave/3\",\"formId\":9007199254740993,"
        + "\"params\":[{\"openId\":\"5a9090be44963150c2c059e6\"}]}").key(run + "-3");
    Order wrong = Order.of("yzj", "todo.create", BidaClient.fields("sourceId", run));
    java.util.List<BatchItem> items = bida.sendAll(Arrays.asList(good, wrong));
    System.out.println(items);
    check(items.get(0).isAccepted() && !items.get(1).isAccepted(), "a refused order does not spoil the others");
    check(items.get(1).errors().get(0).pointer().startsWith("/"), "and says what is wrong");
  }

  private void addToRedis() throws Exception {
    String key = run + "-4";
    try (RedisIntake intake = new RedisIntake(System.getenv("REDIS_URL"), "bida:intake")) {
      System.out.println("entry " + intake.add(Order.of("yzj", "todo.create", todo("4")).key(key)));
    }
    Delivery delivery = bida.findByKey(key);
    for (int tries = 0; delivery == null && tries < 200; tries += 1) {
      Thread.sleep(100);
      delivery = bida.findByKey(key);
    }
    check(delivery != null, "an order in Redis becomes a delivery");
    check(bida.waitUntilFinished(delivery.id(), 120_000).isConfirmed(), "and is proven");
  }

  /** The todo of {@code sendOnceAndWait} is done; one that is not sent yet is cancelled; what was sent is too late for that. */
  private void finishAndUndo() throws Exception {
    Order done = Order.of("yzj", "todo.update", BidaClient.fields(
        "sourcetype", "500041933",
        "sourceitemid", run + "-1",
        "actiontype", BidaClient.fields("deal", 1, "read", 1),
        "openids", Arrays.asList("5a9090be44963150c2c059e6")));
    String id = bida.send(done.key(run + "-1-done"));
    check(bida.waitUntilFinished(id, 120_000).isConfirmed(), "the todo is done");

    String later = bida.send(Order.of("yzj", "todo.create", todo("5")).key(run + "-5").sendAt(Instant.now().plusSeconds(86_400).toString()));
    bida.cancel(later);
    check("cancelled".equals(bida.cancel(later).status()), "what was never sent is cancelled, however often one asks");
    try {
      bida.cancel(id);
      check(false, "what was sent cannot be cancelled");
    } catch (BidaException refusal) {
      check("tooLate".equals(refusal.code()), "what was sent cannot be cancelled");
    }
  }

  private Map<String, Object> todo(String number) {
    return BidaClient.fields(
        "appId", "500041933",
        "sourceId", run + "-" + number,
        "title", "请假审批",
        "content", "张三申请年假 2 天 😀",
        "headImg", "https://oa.example.com/leave.png",
        "url", "https://oa.example.com/leave/" + number,
        "formId", FORM_ID,
        "params", Arrays.asList(BidaClient.fields("openId", "5a9090be44963150c2c059e6", "status", BidaClient.fields("DO", 0, "READ", 0))));
  }

  private static byte[] bytes(InputStream in) throws java.io.IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int one = in.read(); one >= 0; one = in.read()) bytes.write(one);
    return bytes.toByteArray();
  }

  private static void check(boolean is, String what) {
    System.out.println((is ? "ok: " : "NOT SO: ") + what);
    if (!is) System.exit(1);
  }
}
