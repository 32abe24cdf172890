package io.headrace.worker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What is told to a person: the same only once in a while, however many slots have it to tell. */
final class Notes implements Consumer<String> {
  private static final long AGAIN_NS = 10_000_000_000L;

  /** Different ones that are remembered. */
  private static final int REMEMBERED_MAX = 1000;

  private final Consumer<String> speaker;
  private final Map<String, Long> told = new LinkedHashMap<>();

  Notes(Consumer<String> speaker) {
    this.speaker = speaker;
  }

  @Override
  public synchronized void accept(String text) {
    long nowNs = System.nanoTime();
    var before = told.get(text);
    if (before != null && nowNs - before < AGAIN_NS) {
      return;
    }
    told.remove(text);
    told.put(text, nowNs);
    if (told.size() > REMEMBERED_MAX) {
      told.remove(told.keySet().iterator().next());
    }
    speaker.accept(text);
  }
}
