package io.headrace.server.beanstalk;

import io.headrace.server.SettingFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The tokens of a file: {@code <name> <hex SHA-256 of the token> <right>[,<right>...]} a line.
 *
 * <p>A plain hash is right for them, where it would be wrong for passwords: a token is 256 bits of
 * chance, and nobody can try them all.
 */
public final class Tokens {
  /** The most tokens in a file: each is compared with what a peer says. */
  static final int TOKENS_MAX = 1_000;

  /** What a token begins with, by which people and scanners know it. */
  public static final String PREFIX = "hr_";

  private static final int TOKEN_BYTES = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
  private static final HexFormat HEX = HexFormat.of();

  private final Token[] tokens;

  private Tokens(List<Token> tokens) {
    this.tokens = tokens.toArray(Token[]::new);
  }

  /**
   * A token that nobody has yet.
   *
   * @param text what its owner says
   * @param line what stands in the file
   */
  public record Made(String text, String line) {}

  /**
   * Makes a token.
   *
   * @throws IllegalArgumentException when the name or a right is none
   */
  public static Made make(String name, List<String> rights, SecureRandom chance) {
    byte[] bytes = new byte[TOKEN_BYTES];
    chance.nextBytes(bytes);
    String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    String line = name + " " + HEX.formatHex(hash(text)) + " " + String.join(",", rights);
    var _ = parse(line);
    return new Made(text, line);
  }

  /**
   * Reads a file.
   *
   * @throws io.headrace.server.UnusableFileException when it cannot be read, or a line is wrong
   */
  public static Tokens read(Path path) {
    var file = new SettingFile("tokens", path);
    var tokens = new ArrayList<Token>();
    var names = new HashSet<String>();
    int number = 0;
    for (var line : file.text().lines().toList()) {
      number++;
      var text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      try {
        var token = parse(text);
        if (!names.add(token.name())) {
          throw new IllegalArgumentException(
              "there is a token '" + token.name() + "' above; give each a name of its own");
        }
        if (tokens.size() == TOKENS_MAX) {
          throw new IllegalArgumentException(
              "there are more than " + TOKENS_MAX + " tokens; take some out");
        }
        tokens.add(token);
      } catch (IllegalArgumentException e) {
        throw new SettingFile(file.setting(), Path.of(path + ":" + number))
            .unusable(String.valueOf(e.getMessage()), e);
      }
    }
    return new Tokens(tokens);
  }

  private static Token parse(String line) {
    var words = BLANKS.split(line, -1);
    if (words.length != 3) {
      throw new IllegalArgumentException(
          "a line is '<name> <hex SHA-256> <right>,<right>', and here are "
              + words.length
              + " words; 'headrace token make' prints one");
    }
    if (!NAME.matcher(words[0]).matches()) {
      throw new IllegalArgumentException(
          "'" + words[0] + "' is no name; write 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    return new Token(words[0], hashOf(words[1]), rights(words[2]));
  }

  private static byte[] hashOf(String hex) {
    if (!hex.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException(
          "the second word is not the SHA-256 of a token: 64 hexadecimal digits; 'headrace token"
              + " make' prints a line");
    }
    return HEX.parseHex(hex);
  }

  private static List<Right> rights(String words) {
    return List.of(words.split(",", -1)).stream().map(Right::parse).toList();
  }

  /** The hash of what a peer says, a character a byte. */
  static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The token of this hash. Compares with all of them: how long it takes says nothing. */
  Optional<Token> find(byte[] hash) {
    Optional<Token> found = Optional.empty();
    for (Token token : tokens) {
      if (token.isOf(hash)) {
        found = Optional.of(token);
      }
    }
    return found;
  }
}
