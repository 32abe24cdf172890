<?php
// A job over TLS, by PHP's own streams: php tls.php PORT CA-FILE TOKEN. Prints what was answered.

declare(strict_types=1);

[, $port, $ca, $token] = $argv;
$context = stream_context_create(['ssl' => ['cafile' => $ca, 'verify_peer' => true]]);
$socket = stream_socket_client(
    "tls://127.0.0.1:$port",
    $errno,
    $error,
    30,
    STREAM_CLIENT_CONNECT,
    $context
);
if ($socket === false) {
    fwrite(STDERR, "no connection: $error\n");
    exit(1);
}
stream_set_timeout($socket, 30);

function ask($socket, string $request): string
{
    fwrite($socket, "$request\r\n");
    $line = rtrim((string) fgets($socket), "\r\n");
    if (preg_match('/^RESERVED \d+ (\d+)$/', $line, $found)) {
        $line .= ' ' . stream_get_contents($socket, (int) $found[1]);
        fgets($socket);
    }
    return $line;
}

$large = str_repeat('x', 50000);
foreach (
    [
        "auth $token",
        'use mail',
        'watch mail',
        'ignore default',
        "put 0 0 60 5\r\nhello",
        "put 1 0 60 50000\r\n$large",
        'reserve-with-timeout 5',
        'delete 1',
        'use other',
        "put 0 0 60 5\r\nhello",
    ] as $request
) {
    echo ask($socket, $request), "\n";
}
