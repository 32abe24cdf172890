package io.headrace.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is not right about the form of a response that can be read all the same; each thing once.
 */
final class Notes {
  /** So many are kept: the first of them tell enough. */
  static final int NOTES_MAX = 16;

  private final Set<String> notes = new LinkedHashSet<>();

  void add(String note) {
    if (notes.size() < NOTES_MAX) {
      notes.add(note);
    }
  }

  boolean isEmpty() {
    return notes.isEmpty();
  }

  List<String> all() {
    return List.copyOf(notes);
  }
}
