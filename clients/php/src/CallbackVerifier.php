<?php

declare(strict_types=1);

namespace Bida;

/**
 * Checks that a callback came from Bida, and reads it (Standard Webhooks: HMAC-SHA256 over
 * `id.timestamp.body`).
 *
 *     $verifier = new Bida\CallbackVerifier('whsec_…');
 *     $callback = $verifier->verify(getallheaders(), file_get_contents('php://input'));
 */
final class CallbackVerifier
{
    private const TOLERANCE_SECONDS = 300;

    /** @var list<string> */
    private array $secrets = [];

    /** @param string ...$secrets as in Bida's configuration; several while you replace one */
    public function __construct(string ...$secrets)
    {
        foreach ($secrets as $secret) {
            $key = strpos($secret, 'whsec_') === 0 ? base64_decode(substr($secret, 6), true) : $secret;
            if ($key === false || $key === '') {
                throw new \InvalidArgumentException('expected base64 after whsec_');
            }
            $this->secrets[] = $key;
        }
        if ($this->secrets === []) {
            throw new \InvalidArgumentException('expected a secret');
        }
    }

    /**
     * @param array<string, string> $headers webhook-id, webhook-timestamp, webhook-signature; in any case
     * @param string $body of the request, unchanged
     * @param int|null $now seconds since 1970; null for this machine's clock
     * @return array{id: string, type: string, timestamp: string, data: array<string, mixed>} `id` is the same
     *     for each repetition; `data` is the delivery
     * @throws ForgedCallback when it is not Bida's, or older than five minutes: answer 401
     */
    public function verify(array $headers, string $body, ?int $now = null): array
    {
        $named = array_change_key_case($headers, CASE_LOWER);
        $id = $named['webhook-id'] ?? '';
        $timestamp = $named['webhook-timestamp'] ?? '';
        if ($id === '' || preg_match('/^\d{1,12}$/', $timestamp) !== 1) {
            throw new ForgedCallback('the callback has no signature');
        }
        if (abs(($now ?? time()) - (int) $timestamp) > self::TOLERANCE_SECONDS) {
            throw new ForgedCallback("the callback's time is more than five minutes away");
        }
        foreach ($this->secrets as $secret) {
            $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $secret, true));
            foreach (explode(' ', $named['webhook-signature'] ?? '') as $signature) {
                if (hash_equals($expected, $signature)) {
                    return ['id' => $id] + Json::read($body);
                }
            }
        }
        throw new ForgedCallback("the callback's signature is not ours");
    }
}
