package io.headrace.worker;

/** What is done for each job of a tube. */
public sealed interface Task permits ScriptTask {}
