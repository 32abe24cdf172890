package io.headrace.worker;

/** What is done for each job of a tube. */
public sealed interface Task permits ScriptTask, WebTask {
  /** What it is called in a list: one word of printable characters. */
  String name();
}
