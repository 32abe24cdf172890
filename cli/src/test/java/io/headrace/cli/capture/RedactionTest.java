package io.headrace.cli.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RedactionTest {
  /** What the commands of the random conversations are written with; 7, 8, 9 are in secrets. */
  private static final String DIGITS = "0123456";

  private static final Set<String> WORDS =
      Set.of("put", "use", "delete", "INSERTED", "RESERVED", "USING", "reserve", "NOT_FOUND");

  private static final Pattern TEXT = Pattern.compile("[^ \r\n]+");

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  private static String requests(String said) {
    return Samples.text(Redaction.of(new Samples().in(said).byHand()), true);
  }

  private static String replies(String said) {
    return Samples.text(Redaction.of(new Samples().out(said).byHand()), false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "put 1 2 3 4~body~list-tubes~|put 1 2 3 4~xxxx~list-tubes~",
        "put  1 2   3 6~bo~dy~use t~|put  1 2   3 6~xxxxxx~use x~",
        "put-key a1 1 2 3 4~body~use t~|put-key xx 1 2 3 4~xxxx~use x~",
        "died 12 3~abc~use mail~|died 12 3~xxx~use xxxx~",
        "use 12345~delete 12345~|use xxxxx~delete 12345~",
        "pause-tube t-9 60~|pause-tube xxx 60~",
        "set-tube mail a=1 b=2~touch 5~|set-tube xxxx xxx xxx~touch 5~",
        "reserve-with-timeout -1~|reserve-with-timeout -1~",
        "put 1 2 x 6~secret 12~touch 5~|put x x x x~xxxxxxxxxxxxxxxxxxxx",
        "password 12~|xxxxxxxx xx~",
        "delete 5 secret~delete 6~|delete x xxxxxx~xxxxxxxxxx",
        "put 1 2 3 4~bodyXXuse t~|put 1 2 3 4~xxxxxxuse x~",
        "use unfinis|xxxxxxxxxxx",
      })
  void commands_and_numbers_stay_and_texts_do_not(String said, String masked) {
    assertThat(requests(said.replace("~", "\r\n")).replace("\r\n", "~")).isEqualTo(masked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RESERVED 5 4~body~USING mail~|RESERVED 5 4~xxxx~USING xxxx~",
        "FOUND 5 2~~~NOT_FOUND~|FOUND 5 2~xx~NOT_FOUND~",
        "KICKED~KICKED 3~BURIED~|KICKED~KICKED 3~BURIED~",
        "BAD_POLICY no such key 5~TOUCHED~|BAD_POLICY xx xxxx xxx x~TOUCHED~",
      })
  void replies_are_masked_alike(String said, String masked) {
    assertThat(replies(said.replace("~", "\r\n")).replace("\r\n", "~")).isEqualTo(masked);
  }

  @Test
  void what_begins_within_a_body_is_masked_up_to_the_next_beginning() {
    var capture =
        new Samples()
            .lose(100, 0)
            .in("put 7 7 7 7\r\nsecret", false)
            .in("use mail\r\n", true)
            .in("touch 5\r\n", true)
            .byHand();
    assertThat(Samples.text(Redaction.of(capture), true))
        .isEqualTo("x".repeat(19) + "use xxxx\r\ntouch 5\r\n");
  }

  /** A conversation in which every text that is nobody's business has a Q, Z, 7, 8 or 9. */
  private static final class Conversation {
    private final Random random;
    private final StringBuilder said = new StringBuilder();

    private Conversation(Random random) {
      this.random = random;
    }

    private String number() {
      var number = new StringBuilder();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        number.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
      }
      return number.toString();
    }

    private String secret() {
      var secret = new StringBuilder();
      for (int i = 1 + random.nextInt(8); i > 0; i--) {
        secret.append(
            switch (random.nextInt(6)) {
              case 0 -> "\r\nput 7 8 9 77\r\n";
              case 1 -> "\r\nRESERVED 7 8\r\n";
              case 2 -> "\r\nINSERTED 789\r\n";
              case 3 -> "789";
              default -> "QZ";
            });
      }
      return secret.toString();
    }

    private void request() {
      var body = secret();
      switch (random.nextInt(5)) {
        case 0 -> said.append("use QZ").append(random.nextInt(7, 10)).append("\r\n");
        case 1 -> said.append("delete ").append(number()).append("\r\n");
        case 2 -> said.append("Q").append(body.replaceAll("[\r\n]", "")).append("\r\n");
        case 3 -> badPut(body);
        default -> said.append("put 1 2 3 " + octal(body) + body(body)).append("\r\n");
      }
    }

    /** As clients do: the body follows, though the server takes it for commands. */
    private void badPut(String body) {
      said.append("put ").append(number()).append(" QZ 1 ");
      said.append(octal(body) + body(body)).append("\r\n");
    }

    private void reply() {
      var body = secret();
      switch (random.nextInt(4)) {
        case 0 -> said.append("USING QZ7\r\n");
        case 1 -> said.append("INSERTED ").append(number()).append("\r\n");
        case 2 -> said.append("NOT_FOUND\r\n");
        default -> said.append("RESERVED 1 " + octal(body) + body(body)).append("\r\n");
      }
    }

    /** A length that has none of the digits of secrets: the body is filled up to it. */
    private static String octal(String body) {
      return Integer.toString(length(body)) + "\r\n";
    }

    private static int length(String body) {
      int length = body.length();
      while (Integer.toString(length).matches(".*[789].*")) {
        length++;
      }
      return length;
    }

    private static String body(String body) {
      return body + "Q".repeat(length(body) - body.length());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void no_byte_of_a_text_stays_and_every_byte_stays_in_its_place(long seed) {
    var random = new Random(seed);
    var samples = new Samples();
    if (random.nextBoolean()) {
      samples.lose(random.nextInt(1000), random.nextInt(1000));
    }
    for (int i = 0; i < 30; i++) {
      var conversation = new Conversation(random);
      boolean ofReceived = random.nextBoolean();
      for (int requests = 1 + random.nextInt(4); requests > 0; requests--) {
        if (ofReceived) {
          conversation.request();
        } else {
          conversation.reply();
        }
      }
      split(samples, conversation.said.toString(), ofReceived, random);
    }
    var capture = samples.byHand();
    var masked = Redaction.of(capture);
    for (int i = 0; i < capture.chunks().size(); i++) {
      var before = capture.chunks().get(i);
      var after = masked.chunks().get(i);
      assertThat(after.bytes()).hasSameSizeAs(before.bytes());
      assertThat(after.offset()).isEqualTo(before.offset());
      assertThat(after.timeNs()).isEqualTo(before.timeNs());
    }
    for (boolean ofReceived : new boolean[] {true, false}) {
      var text = Samples.text(masked, ofReceived);
      assertThat(text).doesNotContainPattern("[QZ789]");
      assertThat(TEXT.matcher(text).results().map(found -> found.group()))
          .allMatch(word -> isMasked(word));
    }
  }

  /** Words may touch masked bytes: a body is followed by the next command where it has no CRLF. */
  private static boolean isMasked(String word) {
    var rest = word.replaceAll("^x+", "");
    return rest.isEmpty() || rest.matches("[0-6]+") || WORDS.contains(rest);
  }

  /** As reads do: what is lost of the first may be a beginning. */
  private static void split(Samples samples, String said, boolean ofReceived, Random random) {
    int from = random.nextInt(5) == 0 ? random.nextInt(said.length()) : 0;
    boolean begins = from == 0;
    if (from > 0) {
      samples.lose(ofReceived ? from : 0, ofReceived ? 0 : from);
    }
    for (int at = from; at < said.length(); begins = false) {
      int to = Math.min(said.length(), at + 1 + random.nextInt(100));
      if (ofReceived) {
        samples.in(said.substring(at, to), begins);
      } else {
        samples.out(said.substring(at, to), begins);
      }
      at = to;
    }
  }
}
