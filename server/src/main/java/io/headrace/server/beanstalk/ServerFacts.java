package io.headrace.server.beanstalk;

import io.headrace.server.TurnTimes;

/**
 * What {@code stats} says of the process and its machine.
 *
 * @param headraceVersion Headrace's own version; beanstalkd's goes under {@code version}
 * @param instance 16 hexadecimal digits, other ones at each start
 * @param os as {@code uname -v} prints it
 * @param platform as {@code uname -m} prints it
 */
public record ServerFacts(
    String headraceVersion,
    String instance,
    long pid,
    String hostname,
    String os,
    String platform,
    CpuTimes cpu,
    TurnTimes turns) {}
