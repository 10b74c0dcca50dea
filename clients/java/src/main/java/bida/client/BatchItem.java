package bida.client;

import java.util.List;
import java.util.Map;

/** What became of one order of a batch. */
public final class BatchItem {
  private final Map<?, ?> fields;

  BatchItem(Map<?, ?> fields) {
    this.fields = fields;
  }

  /** Bida has it. */
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

  /** What the same order alone would have been answered with; 429 and 503 may be sent again later. */
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
