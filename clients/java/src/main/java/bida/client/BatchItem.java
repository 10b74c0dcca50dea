package bida.client;

import java.util.List;
import java.util.Map;

/** The result of one order of a batch. */
public final class BatchItem {
  private final Map<?, ?> fields;

  BatchItem(Map<?, ?> fields) {
    this.fields = fields;
  }

  /** Whether Bida has acknowledged it. */
  public boolean isAccepted() {
    return id() != null && !"refused".equals(fields.get("result"));
  }

  /** Of the delivery; null for a refused order. */
  public String id() {
    return (String) fields.get("id");
  }

  /** {@code created}, {@code existing} or {@code refused}. */
  public String result() {
    return (String) fields.get("result");
  }

  /** The HTTP status that this order would have got alone; after 429 and 503, send it again later. */
  public int status() {
    return ((Number) fields.get("status")).intValue();
  }

  public List<FieldError> errors() {
    return FieldError.listOf(fields.get("errors"));
  }

  @Override
  public String toString() {
    return result() + " " + (id() == null ? fields.get("code") + " " + errors() : id());
  }
}
