package io.headrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The evidence of a web request that was not answered as expected.
 *
 * @param text what there is to say of it: some lines
 * @param signature the last line
 */
record WebDocket(Held held, String text, String signature) implements Docket {
  @Override
  public byte[] bytes(int max) {
    var last = (signature + '\n').getBytes(UTF_8);
    var whole =
        DocketText.of("host", DocketText.HOST)
            + DocketText.of("job", held.text())
            + text
            + '\n'
            + signature
            + '\n';
    return DocketText.fitted(whole.getBytes(UTF_8), last, max);
  }
}
