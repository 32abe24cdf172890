package io.headrace.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which statuses say that it was done: numbers and ranges. */
public final class Expect {
  /** Any of 2xx. */
  public static final Expect SUCCESS = new Expect(List.of(new Range(200, 299)));

  private static final int RANGES_MAX = 100;
  private static final Pattern RANGE =
      Pattern.compile("([1-9]\\d\\d)(?:-([1-9]\\d\\d))?|([1-9])xx");

  private final List<Range> ranges;

  private record Range(int from, int to) {
    @Override
    public String toString() {
      return from == to ? Integer.toString(from) : from + "-" + to;
    }
  }

  private Expect(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /**
   * Reads {@code 200}, {@code 200-299}, {@code 2xx}, or several with commas between them.
   *
   * @throws UnusableRequestException when it is none of these
   */
  public static Expect parse(String text) {
    var ranges = new ArrayList<Range>();
    for (var part : text.split(",", -1)) {
      var range = RANGE.matcher(part.strip());
      if (!range.matches() || ranges.size() == RANGES_MAX) {
        throw wrong(text);
      }
      if (range.group(3) != null) {
        int hundreds = Integer.parseInt(range.group(3)) * 100;
        ranges.add(new Range(hundreds, hundreds + 99));
      } else {
        int from = Integer.parseInt(range.group(1));
        int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
        if (to < from) {
          throw wrong(text);
        }
        ranges.add(new Range(from, to));
      }
    }
    return new Expect(ranges);
  }

  private static UnusableRequestException wrong(String text) {
    return new UnusableRequestException(
        Escaped.quoted(text) + " are no statuses to expect; write 200, 200-299, 2xx or 200,404");
  }

  /** Whether it is one of them. */
  public boolean matches(int status) {
    return ranges.stream().anyMatch(range -> status >= range.from() && status <= range.to());
  }

  /** As it can be read again. */
  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
  }
}
