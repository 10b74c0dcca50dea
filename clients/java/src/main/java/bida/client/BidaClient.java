package bida.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bida over HTTP, with nothing but the JDK. Safe to share between threads.
 *
 * <pre>
 * BidaClient bida = new BidaClient("http://127.0.0.1:8080", System.getenv("BIDA_KEY"));
 * String id = bida.send(Order.of("yzj", "todo.create", payload).key("oa-leave-123"));
 * Delivery delivery = bida.waitUntilFinished(id, 120_000);
 * </pre>
 *
 * <p>A call that fails throws a {@link BidaException}. Reading and sending are repeated for up to 20 s
 * if nobody answers; sending is safe to repeat, because each order has a key.
 */
public final class BidaClient {
  private static final int MOST_IN_A_CALL = 1_000;
  private static final int BYTES_IN_A_CALL = 1_500_000;
  private static final int LONGEST_WAIT_SECONDS = 30;

  private final Http http;

  /** @param key as {@code bida key new} printed it */
  public BidaClient(String url, String key) {
    this.http = new Http(url, key);
  }

  /** Returns the delivery's id when Bida has acknowledged it. */
  public String send(Order order) throws BidaException, InterruptedException {
    return (String) http.post("/v1/deliveries", jsonOf(order)).get("id");
  }

  /** Sends any number of orders. Returns one result per order, in the same order; a refused one does not affect the others. */
  public List<BatchItem> sendAll(List<Order> orders) throws BidaException, InterruptedException {
    List<BatchItem> results = new ArrayList<>();
    StringBuilder items = new StringBuilder();
    int count = 0;
    for (Order order : orders) {
      String json = jsonOf(order);
      boolean isFull = count == MOST_IN_A_CALL || (items.length() + json.length()) * 3L > BYTES_IN_A_CALL;
      if (isFull && count > 0) {
        sendSome(items, results);
        items.setLength(0);
        count = 0;
      }
      items.append(count == 0 ? "" : ",").append(json);
      count += 1;
    }
    if (count > 0) sendSome(items, results);
    return results;
  }

  private void sendSome(CharSequence items, List<BatchItem> results) throws BidaException, InterruptedException {
    Object answered = http.post("/v1/deliveries/batch", "{\"items\":[" + items + "]}").get("items");
    for (Object item : (List<?>) answered) results.add(new BatchItem((Map<?, ?>) item));
  }

  /** @throws BidaException with the status 404 if there is no such delivery */
  public Delivery get(String id) throws BidaException, InterruptedException {
    return new Delivery(http.get("/v1/deliveries/" + Http.encoded(id), 10));
  }

  /** The delivery of this key; null while there is none, for example of an order that is still in Redis. */
  public Delivery findByKey(String key) throws BidaException, InterruptedException {
    List<?> items = (List<?>) http.get("/v1/deliveries?key=" + Http.encoded(key), 10).get("items");
    return items.isEmpty() ? null : new Delivery(Json.objectOf(items.get(0)));
  }

  /**
   * Waits until it is confirmed, dead, discarded or cancelled. After {@code timeoutMs} it is returned as it is: see
   * {@link Delivery#hasEnded()}.
   */
  public Delivery waitUntilFinished(String id, long timeoutMs) throws BidaException, InterruptedException {
    long until = System.nanoTime() + timeoutMs * 1_000_000;
    while (true) {
      long leftMs = Math.max(0, (until - System.nanoTime()) / 1_000_000);
      long wait = Math.min(LONGEST_WAIT_SECONDS, (leftMs + 999) / 1_000);
      Map<String, Object> answer = http.get("/v1/deliveries/" + Http.encoded(id) + "?wait=" + wait, (int) wait + 10);
      Delivery delivery = new Delivery(answer);
      if (delivery.hasEnded() || System.nanoTime() >= until) return delivery;
      // An API that is stopping answers at once.
      Thread.sleep(250);
    }
  }

  /**
   * Cancels a delivery of which nothing was sent, and returns it. What was cancelled before is returned as it is.
   *
   * @throws BidaException with the code {@code tooLate} for one that was sent, or may have been: undo it with
   *     another order, for example {@code todo.update}
   */
  public Delivery cancel(String id) throws BidaException, InterruptedException {
    try {
      return new Delivery(http.post("/v1/deliveries/" + Http.encoded(id) + "/cancel", "{}"));
    } catch (BidaException refusal) {
      // The answer to an earlier call may have been lost.
      Delivery delivery = "tooLate".equals(refusal.code()) ? get(id) : null;
      if (delivery == null || !"cancelled".equals(delivery.status())) throw refusal;
      return delivery;
    }
  }

  /** An order that cannot be written as JSON is refused here, like one that Bida refuses. */
  private static String jsonOf(Order order) throws BidaException {
    try {
      return order.json();
    } catch (IllegalArgumentException wrong) {
      String[] said = wrong.getMessage().split(": ", 2);
      FieldError error = new FieldError(said.length == 2 ? said[0] : "", said[said.length - 1]);
      throw new BidaException(0, "invalid", "nothing was sent", Arrays.asList(error), null, wrong);
    }
  }

  /** A map in the order of its fields, for payloads: {@code fields("title", "请假", "formId", 9007199254740993L)}. */
  public static Map<String, Object> fields(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i + 1 < namesAndValues.length; i += 2) map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    return map;
  }
}
