package bida.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One wrong field: where it is, as a JSON pointer, and what was expected. */
public final class FieldError {
  private final String pointer;
  private final String detail;

  FieldError(String pointer, String detail) {
    this.pointer = pointer;
    this.detail = detail;
  }

  /** For example {@code /payload/title}. */
  public String pointer() {
    return pointer;
  }

  public String detail() {
    return detail;
  }

  @Override
  public String toString() {
    return pointer + ": " + detail;
  }

  static List<FieldError> listOf(Object json) {
    List<FieldError> errors = new ArrayList<>();
    if (json instanceof List)
      for (Object one : (List<?>) json) {
        Map<?, ?> error = (Map<?, ?>) one;
        errors.add(new FieldError(String.valueOf(error.get("pointer")), String.valueOf(error.get("detail"))));
      }
    return errors;
  }
}
