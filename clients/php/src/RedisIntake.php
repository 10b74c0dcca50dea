<?php

declare(strict_types=1);

namespace Bida;

/**
 * Orders straight into Redis: `XADD bida:intake * order <json>`, over a plain socket. For a system that can
 * reach Redis and not the API. A refused order is listed by `bida intake refused`, and reported on the reply
 * stream if you name one.
 *
 * Give each order a key: adding it twice is then one delivery.
 */
final class RedisIntake
{
    private const CONNECT_WITHIN_SECONDS = 3;
    private const ANSWER_WITHIN_SECONDS = 10;

    /** @var array<string, mixed> */
    private array $url;
    private string $stream;
    private ?string $caFile;
    /** @var resource|null */
    private $socket = null;

    /**
     * @param string $url `redis://user:password@host:6379/0`; `rediss://` for TLS with a checked certificate
     * @param string $stream as in Bida's configuration
     * @param string|null $caFile the CA of that certificate, as PEM; null for the CAs that PHP trusts
     */
    public function __construct(string $url, string $stream = 'bida:intake', ?string $caFile = null)
    {
        $parts = parse_url($url);
        if ($parts === false || !in_array($parts['scheme'] ?? '', ['redis', 'rediss'], true) || !isset($parts['host'])) {
            throw new \InvalidArgumentException('expected redis://host:6379 or rediss://host:6379');
        }
        $this->url = $parts;
        $this->stream = $stream;
        $this->caFile = $caFile;
    }

    /**
     * Returns the entry's id when Redis has it. Bida acknowledges later: look the order up by its key
     * (Client::findByKey), or read a reply stream.
     *
     * @param array<string, mixed> $order
     * @param string|null $reply a stream whose name begins with `bida:reply:`
     * @throws RedisFailure
     * @throws BidaException with the code `invalid` for a value that JSON does not allow
     */
    public function add(array $order, ?string $reply = null): string
    {
        $json = Json::order(Json::withKey($order));
        $command = ['XADD', $this->stream, '*', 'order', $json];
        $this->connect();
        return $this->ask(...$command, ...($reply === null ? [] : ['reply', $reply]));
    }

    public function close(): void
    {
        if ($this->socket !== null) {
            fclose($this->socket);
        }
        $this->socket = null;
    }

    private function connect(): void
    {
        if ($this->socket !== null) {
            return;
        }
        $host = $this->url['host'];
        $tls = ['verify_peer' => true, 'verify_peer_name' => true, 'peer_name' => trim($host, '[]')];
        $context = stream_context_create(['ssl' => $tls + ($this->caFile === null ? [] : ['cafile' => $this->caFile])]);
        $target = ($this->url['scheme'] === 'rediss' ? 'tls' : 'tcp') . "://$host:" . ($this->url['port'] ?? 6379);
        $socket = @stream_socket_client($target, $number, $why, self::CONNECT_WITHIN_SECONDS, STREAM_CLIENT_CONNECT, $context);
        if ($socket === false) {
            throw new RedisFailure("Redis cannot be reached at $target" . ($why === '' ? '' : " ($why)"));
        }
        stream_set_timeout($socket, self::ANSWER_WITHIN_SECONDS);
        $this->socket = $socket;
        try {
            $this->logIn();
        } catch (RedisFailure $failure) {
            $this->close();
            throw $failure;
        }
    }

    private function logIn(): void
    {
        $user = rawurldecode($this->url['user'] ?? '');
        $password = rawurldecode($this->url['pass'] ?? '');
        if ($password !== '') {
            $user === '' ? $this->ask('AUTH', $password) : $this->ask('AUTH', $user, $password);
        }
        $database = trim($this->url['path'] ?? '', '/');
        if ($database !== '' && $database !== '0') {
            $this->ask('SELECT', $database);
        }
    }

    private function ask(string ...$command): string
    {
        $text = '*' . count($command) . "\r\n";
        foreach ($command as $argument) {
            $text .= '$' . strlen($argument) . "\r\n$argument\r\n";
        }
        for ($sent = 0; $sent < strlen($text); $sent += $count) {
            $count = @fwrite($this->socket, substr($text, $sent));
            if ($count === false || $count === 0) {
                throw $this->lost();
            }
        }
        return $this->reply();
    }

    /** The forms of reply that these commands get. */
    private function reply(): string
    {
        $line = $this->line();
        $rest = substr($line, 1);
        switch ($line[0] ?? '') {
            case '-':
                // The connection is as good as before.
                throw new RedisFailure($rest);
            case '+':
            case ':':
                return $rest;
            case '$':
                $text = (string) stream_get_contents($this->socket, max(0, (int) $rest));
                $this->line();
                return $text;
            default:
                $this->close();
                throw new RedisFailure('this is not a Redis');
        }
    }

    private function line(): string
    {
        $line = fgets($this->socket);
        if ($line === false || substr($line, -1) !== "\n") {
            throw $this->lost();
        }
        return rtrim($line, "\r\n");
    }

    /** Nobody knows whether the command was done. */
    private function lost(): RedisFailure
    {
        $this->close();
        return new RedisFailure('Redis did not answer; add the order again, with the same key');
    }
}
