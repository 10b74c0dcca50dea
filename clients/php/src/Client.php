<?php

declare(strict_types=1);

namespace Bida;

/**
 * Bida over HTTP.
 *
 *     $bida = new Bida\Client('http://127.0.0.1:8080', getenv('BIDA_KEY'));
 *     $id = $bida->send(['account' => 'yzj', 'operation' => 'todo.create', 'key' => 'oa-1', 'payload' => […]]);
 *     $delivery = $bida->waitUntilFinished($id, 120);
 *
 * A call that fails throws a BidaException. Reading and sending are repeated for up to 20 s if nobody answers;
 * sending is safe to repeat, because each order has a key.
 */
final class Client
{
    private const MOST_IN_A_CALL = 1000;
    private const BYTES_IN_A_CALL = 1500000;
    private const LONGEST_WAIT_SECONDS = 30;
    private const CONNECT_WITHIN_SECONDS = 3;
    private const ANSWER_WITHIN_SECONDS = 10;
    private const PATIENCE_SECONDS = 20.0;
    private const FIRST_PAUSE_SECONDS = 0.2;
    private const LONGEST_PAUSE_SECONDS = 5.0;

    private string $url;
    private string $key;

    /** @param string $key as `bida key new` printed it */
    public function __construct(string $url, string $key)
    {
        if (preg_match('~^https?://.~', $url) !== 1) {
            throw new \InvalidArgumentException('expected a URL like http://127.0.0.1:8080');
        }
        if ($key === '') {
            throw new \InvalidArgumentException('expected an API key, as bida key new prints it');
        }
        $this->url = rtrim($url, '/');
        $this->key = $key;
    }

    /**
     * Returns the delivery's id when Bida has acknowledged it. Orders with the same key are one delivery, also
     * after a crash of your program: derive the key from what the order is about.
     *
     * @param array<string, mixed> $order account, operation, payload; key, lane, sendAt, deadline, priority,
     *     callbackUrl, metadata, durability. The payload may be JSON that you have written already.
     * @throws BidaException
     */
    public function send(array $order): string
    {
        return $this->call('/v1/deliveries', Json::order(Json::withKey($order)))['id'];
    }

    /**
     * Sends any number of orders. Returns one result per order, in the same order; a refused one does not affect the others.
     *
     * @param list<array<string, mixed>> $orders
     * @return list<array<string, mixed>> each with `status`, `result` (created, existing, refused), `id` or `errors`
     * @throws BidaException
     */
    public function sendAll(array $orders): array
    {
        $results = [];
        $some = [];
        $bytes = 0;
        foreach ($orders as $order) {
            $json = Json::order(Json::withKey($order));
            $isFull = count($some) === self::MOST_IN_A_CALL || $bytes + strlen($json) > self::BYTES_IN_A_CALL;
            if ($isFull && $some !== []) {
                array_push($results, ...$this->sendSome($some));
                [$some, $bytes] = [[], 0];
            }
            $some[] = $json;
            $bytes += strlen($json) + 1;
        }
        if ($some !== []) {
            array_push($results, ...$this->sendSome($some));
        }
        return $results;
    }

    /**
     * @param list<string> $some
     * @return list<array<string, mixed>>
     */
    private function sendSome(array $some): array
    {
        return $this->call('/v1/deliveries/batch', '{"items":[' . implode(',', $some) . ']}')['items'];
    }

    /**
     * @return array<string, mixed> status, reason, detail, recipients with their evidence, receipt, times
     * @throws BidaException with the status 404 if there is no such delivery
     */
    public function get(string $id): array
    {
        return $this->call('/v1/deliveries/' . rawurlencode($id));
    }

    /**
     * The delivery of this key; null while there is none, for example of an order that is still in Redis.
     *
     * @return array<string, mixed>|null
     * @throws BidaException
     */
    public function findByKey(string $key): ?array
    {
        return $this->call('/v1/deliveries?key=' . rawurlencode($key))['items'][0] ?? null;
    }

    /**
     * Waits until it is confirmed, dead, discarded or cancelled. After so many seconds it is returned as it is:
     * see hasEnded.
     *
     * @return array<string, mixed>
     * @throws BidaException
     */
    public function waitUntilFinished(string $id, float $seconds): array
    {
        $until = self::now() + $seconds;
        while (true) {
            $wait = (int) min(self::LONGEST_WAIT_SECONDS, ceil(max(0.0, $until - self::now())));
            $delivery = $this->call('/v1/deliveries/' . rawurlencode($id) . "?wait=$wait", null, $wait + 10);
            if (self::hasEnded($delivery) || self::now() >= $until) {
                return $delivery;
            }
            // An API that is stopping answers at once.
            usleep(250000);
        }
    }

    /**
     * Cancels a delivery of which nothing was sent. What was cancelled before is returned as it is.
     *
     * @return array<string, mixed>
     * @throws BidaException with the problem `tooLate` for one that was sent, or may have been: undo it with another
     *     order, for example `todo.update`
     */
    public function cancel(string $id): array
    {
        try {
            return $this->call('/v1/deliveries/' . rawurlencode($id) . '/cancel', '{}');
        } catch (BidaException $refusal) {
            // The answer to an earlier call may have been lost.
            $delivery = $refusal->problem() === 'tooLate' ? $this->get($id) : null;
            if ($delivery === null || $delivery['status'] !== 'cancelled') {
                throw $refusal;
            }
            return $delivery;
        }
    }

    /** @param array<string, mixed> $delivery */
    public static function hasEnded(array $delivery): bool
    {
        return in_array($delivery['status'], ['confirmed', 'dead', 'discarded', 'cancelled'], true);
    }

    /** @return array<string, mixed> */
    private function call(string $path, ?string $body = null, int $seconds = self::ANSWER_WITHIN_SECONDS): array
    {
        $until = self::now() + self::PATIENCE_SECONDS;
        for ($pauses = 0; ; $pauses++) {
            [$status, $text, $retryAfter, $failure] = $this->once($path, $body, $seconds);
            $json = self::objectOf($text);
            if ($status >= 200 && $status < 300 && $json !== null) {
                return $json;
            }
            $isForNow = in_array($status, [0, 429, 502, 503, 504], true);
            $pause = min(self::LONGEST_PAUSE_SECONDS, self::FIRST_PAUSE_SECONDS * 2 ** min($pauses, 10));
            $pause = max((float) $retryAfter, $pause * (0.5 + mt_rand() / mt_getrandmax() / 2));
            if (!$isForNow || self::now() + $pause > $until) {
                throw $this->refusal($status, $json, $failure);
            }
            usleep((int) ($pause * 1000000));
        }
    }

    /** @return array{int, string, int, string} status, text, seconds to wait, why there is no answer */
    private function once(string $path, ?string $body, int $seconds): array
    {
        $retryAfter = 0;
        $headers = ['Authorization: Bearer ' . $this->key, 'Accept: application/json', 'Expect:'];
        $curl = curl_init($this->url . $path);
        curl_setopt_array($curl, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT => self::CONNECT_WITHIN_SECONDS,
            CURLOPT_TIMEOUT => $seconds,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_HEADERFUNCTION => static function ($curl, string $line) use (&$retryAfter): int {
                if (preg_match('/^retry-after:\s*(\d{1,9})\s*$/i', $line, $found) === 1) {
                    $retryAfter = (int) $found[1];
                }
                return strlen($line);
            },
        ]);
        if ($body !== null) {
            $headers[] = 'Content-Type: application/json';
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        curl_setopt($curl, CURLOPT_HTTPHEADER, $headers);
        $text = curl_exec($curl);
        $status = $text === false ? 0 : (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        return [$status, (string) $text, $retryAfter, curl_error($curl)];
    }

    /** @param array<string, mixed>|null $json */
    private function refusal(int $status, ?array $json, string $failure): BidaException
    {
        if ($status === 0) {
            return new BidaException(0, 'unreachable', "no answer from {$this->url} ($failure)");
        }
        if (!isset($json['code'], $json['detail'])) {
            return new BidaException($status, 'notBida', "{$this->url} answered $status, but not with an answer of Bida's");
        }
        return new BidaException($status, $json['code'], $json['detail'], $json['errors'] ?? [], $json['id'] ?? null);
    }

    /** @return array<string, mixed>|null null for anything but an object, for example a proxy's page */
    private static function objectOf(string $text): ?array
    {
        try {
            $json = Json::read($text);
            return is_array($json) ? $json : null;
        } catch (\JsonException $notJson) {
            return null;
        }
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
