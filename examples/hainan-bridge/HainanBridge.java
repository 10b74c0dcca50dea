import cn.com.digitalhainan.apione.sdk.HttpCaller;
import cn.com.digitalhainan.apione.sdk.HttpParameters;
import cn.com.digitalhainan.apione.sdk.HttpReturn;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.MediaType;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Puts the vendor's JAR behind Bida's signer "bridge" (docs/hainan-bridge.md): takes an unsigned request
 * on loopback, lets the JAR sign and make it, and hands the platform's answer back.
 *
 * The secret key lives here and nowhere else. Nothing is logged: a request holds personal data.
 */
public final class HainanBridge {
    private static final String ACCESS_KEY = required("HAINAN_ACCESS_KEY");
    private static final String SECRET_KEY = required("HAINAN_SECRET_KEY");
    private static final String GATEWAY = System.getenv().getOrDefault(
            "HAINAN_GATEWAY", "https://api-one.digitalhainan.com.cn/apione");
    private static final int PORT = Integer.parseInt(System.getenv().getOrDefault("HAINAN_BRIDGE_PORT", "9070"));

    /** Less than the 10 s for which Bida waits, so that it hears "no answer" from us. */
    private static final int ANSWER_SECONDS = 8;
    private static final int LARGEST_REQUEST = 1024 * 1024;

    private static final ExecutorService CALLS = Executors.newCachedThreadPool();

    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), 128);
        server.createContext("/", HainanBridge::serve);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("bridge to " + GATEWAY + " on http://127.0.0.1:" + PORT);
    }

    private static void serve(HttpExchange exchange) throws IOException {
        Reply reply;
        try {
            reply = answer(new String(exchange.getRequestBody().readNBytes(LARGEST_REQUEST), UTF_8));
        } catch (RuntimeException failure) {
            // Not a request of Bida's: nothing was sent.
            reply = Reply.failure(400, false);
        }
        byte[] bytes = reply.json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(reply.status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Reply answer(String text) {
        Map<String, Object> request = new Json(text).object();
        // Signs for its own account and its own gateway only, whoever else is on this machine.
        if (!ACCESS_KEY.equals(request.get("accessKey")) || !GATEWAY.equals(request.get("requestUrl"))) {
            return Reply.failure(403, false);
        }
        HttpParameters parameters = parametersOf(request);
        try {
            return CALLS.submit(() -> call(parameters)).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            return Reply.failure(504, true);
        } catch (ExecutionException failed) {
            return Reply.failure(502, !neverLeft(failed));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Reply.failure(504, true);
        }
    }

    /** As in the example of document 003. */
    private static HttpParameters parametersOf(Map<String, Object> request) {
        Map<String, String> query = new HashMap<>();
        ((Map<?, ?>) request.get("query")).forEach((name, value) -> query.put((String) name, (String) value));
        return HttpParameters.builder()
                .api((String) request.get("api"))
                .region((String) request.get("region"))
                .accessKey(ACCESS_KEY)
                .secretKey(SECRET_KEY)
                .queryParamsMap(query)
                .requestUrl(GATEWAY)
                .mediaType(MediaType.parse("application/json"))
                .method((String) request.get("method"))
                .build();
    }

    private static Reply call(HttpParameters parameters) {
        HttpReturn returned = HttpCaller.getInstance().call(parameters);
        // The document shows no way to the HTTP status. If your JAR has one, put it in place of null.
        return returned == null || returned.getResponse() == null
                ? Reply.failure(502, true)
                : Reply.platform(null, returned.getResponse());
    }

    /** True only where no connection was made: everything else may have arrived. */
    private static boolean neverLeft(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return true;
            }
        }
        return false;
    }

    private static String required(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(name + " is not set");
        }
        return value;
    }

    /** What goes back to Bida. */
    private record Reply(int status, String json) {
        static Reply platform(Integer status, String body) {
            return new Reply(200, "{\"status\":" + status + ",\"body\":" + Json.quoted(body) + "}");
        }

        static Reply failure(int status, boolean left) {
            return new Reply(status, "{\"left\":" + left + "}");
        }
    }

    /** As much JSON as the contract needs: objects and texts. The JDK brings none. */
    private static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        Map<String, Object> object() {
            Map<String, Object> fields = new HashMap<>();
            expect('{');
            if (peek() == '}') {
                at++;
                return fields;
            }
            do {
                String name = string();
                expect(':');
                fields.put(name, peek() == '{' ? object() : string());
            } while (next() == ',');
            at--;
            expect('}');
            return fields;
        }

        private String string() {
            expect('"');
            StringBuilder value = new StringBuilder();
            for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
                value.append(c == '\\' ? escaped() : c);
            }
            return value.toString();
        }

        private char escaped() {
            char c = text.charAt(at++);
            if (c == 'u') {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            int index = "bfnrt".indexOf(c);
            return index < 0 ? c : "\b\f\n\r\t".charAt(index);
        }

        private void expect(char wanted) {
            if (next() != wanted) {
                throw new IllegalArgumentException("not a request of the bridge's contract");
            }
        }

        private char next() {
            char c = peek();
            at++;
            return c;
        }

        private char peek() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        static String quoted(String value) {
            StringBuilder json = new StringBuilder("\"");
            for (char c : value.toCharArray()) {
                if (c == '"' || c == '\\') {
                    json.append('\\').append(c);
                } else if (c < ' ' || Character.isSurrogate(c)) {
                    json.append(String.format("\\u%04x", (int) c));
                } else {
                    json.append(c);
                }
            }
            return json.append('"').toString();
        }
    }
}
