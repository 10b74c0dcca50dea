import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends a todo to Bida and waits until it is proven to be there. JDK 17, no libraries:
 *
 * <pre>BIDA_URL=http://127.0.0.1:8080 BIDA_KEY=bida_… java examples/java/SendTodo.java oa-leave-1</pre>
 *
 * In your system, take the JSON library that you have; here the few fields are read without one.
 */
public final class SendTodo {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int TRIES = 8;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
  private final String url;
  private final String key;

  private SendTodo(String url, String key) {
    this.url = url;
    this.key = key;
  }

  public static void main(String[] args) throws Exception {
    String url = System.getenv().getOrDefault("BIDA_URL", "http://127.0.0.1:8080");
    String key = System.getenv("BIDA_KEY");
    if (key == null) throw new IllegalArgumentException("BIDA_KEY is needed");
    String sourceId = args.length > 0 ? args[0] : "oa-leave-" + System.currentTimeMillis();
    SendTodo bida = new SendTodo(url, key);

    String id = bida.send(sourceId, todo(sourceId));
    System.out.println("acknowledged " + id);
    String status = bida.waitUntilFinished(id);
    System.out.println(id + " is " + status);
    System.exit(status.equals("confirmed") ? 0 : 1);
  }

  /**
   * Resolves when Bida has it. The idempotency key belongs to the todo and not to the call: the same todo
   * may be sent again, also after a crash of this system, and is still one delivery.
   */
  String send(String idempotencyKey, String payload) throws IOException, InterruptedException {
    String body = "{\"account\":\"yzj\",\"operation\":\"todo.create\",\"payload\":" + payload + "}";
    HttpRequest request = request("/v1/deliveries", Duration.ofSeconds(10))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", idempotencyKey)
        .POST(BodyPublishers.ofString(body))
        .build();
    return field(repeating(request).body(), "id");
  }

  /** Asks until it is confirmed, dead or cancelled; each call is answered as soon as it ends. */
  String waitUntilFinished(String id) throws IOException, InterruptedException {
    while (true) {
      HttpRequest request = request("/v1/deliveries/" + id + "?wait=30", Duration.ofSeconds(40)).build();
      String status = field(repeating(request).body(), "status");
      if (status.equals("confirmed") || status.equals("dead") || status.equals("cancelled")) return status;
    }
  }

  private HttpRequest.Builder request(String path, Duration timeout) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(timeout).header("Authorization", "Bearer " + key);
  }

  /** Both calls may be repeated: one only reads, the other has its key. */
  private HttpResponse<String> repeating(HttpRequest request) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      long pauseMs = Math.min(LONGEST_PAUSE.toMillis(), 200L << attempt);
      try {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        int status = answer.statusCode();
        if (status < 300) return answer;
        boolean isForNow = status == 429 || status == 502 || status == 503 || status == 504;
        if (!isForNow || attempt == TRIES) throw new IOException(status + ": " + answer.body());
        long retryAfterMs = answer.headers().firstValueAsLong("Retry-After").orElse(0) * 1_000;
        pauseMs = Math.max(pauseMs, retryAfterMs);
      } catch (java.net.ConnectException | java.net.http.HttpTimeoutException lost) {
        if (attempt == TRIES) throw lost;
      }
      Thread.sleep(pauseMs);
    }
  }

  private static String todo(String sourceId) {
    return """
        {
          "sourceId": "%1$s",
          "appId": "500041933",
          "title": "请假审批",
          "itemtitle": "请假审批",
          "content": "成建蒋的请假单据需要您审批",
          "headImg": "https://www.yunzhijia.com/space/c/photo/load?id=5a2f7ad750f8dd7810e79981",
          "url": "https://oa.example.com/form/leave?id=%1$s",
          "params": [{ "openId": "5a9090be44963150c2c059e6", "status": { "DO": 0, "READ": 0 } }]
        }
        """.formatted(sourceId);
  }

  private static String field(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    if (!matcher.find()) throw new IllegalStateException("no " + name + " in " + json);
    return matcher.group(1);
  }
}
