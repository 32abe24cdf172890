<?php
/*
 * Three puts of pheanstalk (Debian: php-pda-pheanstalk) on one object while something goes wrong
 * with the second: fault.php HOST PORT TUBE. Prints a line each: its body, how many ms it took, and
 * the id that it was given, or what was thrown.
 */
declare(strict_types=1);

require 'Pheanstalk/autoload.php';

use Pheanstalk\Pheanstalk;

const CONNECT_TIMEOUT_S = 1;

[, $host, $port, $tube] = $argv;
$queue = Pheanstalk::create($host, (int) $port, CONNECT_TIMEOUT_S);
$queue->useTube($tube);
foreach (['kept' => 1024, 'struck' => 7, 'next' => 1024] as $body => $priority) {
    $began = hrtime(true);
    try {
        $said = 'id ' . $queue->put($body, $priority)->getId();
    } catch (Throwable $e) {
        $said = get_class($e) . ': ' . strtok($e->getMessage(), "\n");
    }
    printf("%s %d %s\n", $body, (hrtime(true) - $began) / 1e6, $said);
}
