package bida.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;

/** Calls of the API, repeated where that is safe. */
final class Http {
  private static final int CONNECT_WITHIN_MS = 3_000;
  private static final long PATIENCE_MS = 20_000;
  private static final long FIRST_PAUSE_MS = 200;
  private static final long LONGEST_PAUSE_MS = 5_000;

  private final String url;
  private final String key;

  Http(String url, String key) {
    if (url == null || !url.matches("https?://.+")) throw new IllegalArgumentException("expected a URL like http://127.0.0.1:8080");
    if (key == null || key.isEmpty()) throw new IllegalArgumentException("expected an API key, as bida key new prints it");
    this.url = url.replaceAll("/+$", "");
    this.key = key;
  }

  Map<String, Object> get(String path, int seconds) throws BidaException, InterruptedException {
    return repeating("GET", path, null, seconds);
  }

  Map<String, Object> post(String path, String json) throws BidaException, InterruptedException {
    return repeating("POST", path, json.getBytes(StandardCharsets.UTF_8), 10);
  }

  static String encoded(String part) {
    try {
      return URLEncoder.encode(part, "UTF-8").replace("+", "%20");
    } catch (UnsupportedEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Map<String, Object> repeating(String method, String path, byte[] body, int seconds)
      throws BidaException, InterruptedException {
    long until = System.nanoTime() + PATIENCE_MS * 1_000_000;
    for (int pauses = 0; ; pauses += 1) {
      Answer answer = once(method, path, body, seconds);
      if (answer.status >= 200 && answer.status < 300 && answer.json != null) return answer.json;
      BidaException refusal = answer.refusal(url);
      boolean isForNow = answer.status == 0 || answer.status == 429 || (answer.status >= 502 && answer.status <= 504);
      long pauseMs = (long) (Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(pauses, 10)) * (0.5 + Math.random() / 2));
      pauseMs = Math.max(pauseMs, answer.retryAfterMs);
      if (!isForNow || System.nanoTime() + pauseMs * 1_000_000 > until) throw refusal;
      Thread.sleep(pauseMs);
    }
  }

  /** An answer, or the failure to get one. */
  private static final class Answer {
    int status = 0;
    Map<String, Object> json;
    long retryAfterMs = 0;
    IOException failure;

    BidaException refusal(String url) {
      if (failure != null) return new BidaException("unreachable", "no answer from " + url + " (" + failure + ")", failure);
      if (json == null || !(json.get("code") instanceof String))
        return new BidaException(status, "notBida", url + " answered " + status + ", but not with an answer of Bida's", Collections.<FieldError>emptyList(), null, null);
      Object id = json.get("id");
      return new BidaException(
          status, (String) json.get("code"), String.valueOf(json.get("detail")), FieldError.listOf(json.get("errors")), id == null ? null : id.toString(), null);
    }
  }

  private Answer once(String method, String path, byte[] body, int seconds) {
    Answer answer = new Answer();
    try {
      HttpURLConnection call = (HttpURLConnection) new URL(url + path).openConnection();
      call.setRequestMethod(method);
      call.setConnectTimeout(CONNECT_WITHIN_MS);
      call.setReadTimeout(seconds * 1_000);
      call.setInstanceFollowRedirects(false);
      call.setRequestProperty("Authorization", "Bearer " + key);
      call.setRequestProperty("Accept", "application/json");
      if (body != null) {
        call.setDoOutput(true);
        call.setFixedLengthStreamingMode(body.length);
        call.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = call.getOutputStream()) {
          out.write(body);
        }
      }
      int status = call.getResponseCode();
      String text = read(status < 400 ? call.getInputStream() : call.getErrorStream());
      answer.retryAfterMs = seconds(call.getHeaderField("Retry-After")) * 1_000;
      answer.json = objectOf(text);
      answer.status = status;
    } catch (IOException failure) {
      answer.failure = failure;
    }
    return answer;
  }

  private static long seconds(String header) {
    return header != null && header.matches("\\d{1,9}") ? Long.parseLong(header) : 0;
  }

  private static String read(InputStream in) throws IOException {
    if (in == null) return "";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] some = new byte[8_192];
    for (int count = in.read(some); count >= 0; count = in.read(some)) bytes.write(some, 0, count);
    in.close();
    return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
  }

  /** Null for anything but an object, for example a proxy's page. */
  private static Map<String, Object> objectOf(String text) {
    try {
      Object value = Json.read(text);
      return value instanceof Map ? Json.objectOf(value) : null;
    } catch (IllegalArgumentException notJson) {
      return null;
    }
  }
}
