<?php
/**
 * Sends a todo to Bida and waits until it is proven to be there. PHP 7.4 and newer, with curl:
 *
 *   BIDA_URL=http://127.0.0.1:8080 BIDA_KEY=bida_… php examples/php/send-todo.php oa-leave-1
 */

declare(strict_types=1);

const TRIES = 8;
const LONGEST_PAUSE_MS = 5000;

final class Bida
{
    private string $url;
    private string $key;

    public function __construct(string $url, string $key)
    {
        $this->url = rtrim($url, '/');
        $this->key = $key;
    }

    /**
     * Returns when Bida has it. The idempotency key belongs to the todo and not to the call: the same
     * todo may be sent again, also after a crash of this system, and is still one delivery.
     */
    public function send(string $idempotencyKey, array $payload): string
    {
        $order = ['account' => 'yzj', 'operation' => 'todo.create', 'payload' => $payload];
        $headers = ['Content-Type: application/json', 'Idempotency-Key: ' . $idempotencyKey];
        return $this->call('/v1/deliveries', 10, $headers, $order)['id'];
    }

    /** Asks until it is confirmed, dead or cancelled; each call is answered as soon as it ends. */
    public function waitUntilFinished(string $id): array
    {
        do {
            $delivery = $this->call('/v1/deliveries/' . rawurlencode($id) . '?wait=30', 40);
        } while (!in_array($delivery['status'], ['confirmed', 'dead', 'cancelled'], true));
        return $delivery;
    }

    /** Both calls may be repeated: one only reads, the other has its key. */
    private function call(string $path, int $seconds, array $headers = [], ?array $body = null): array
    {
        for ($attempt = 1; ; $attempt++) {
            $retryAfter = 0;
            $curl = curl_init($this->url . $path);
            curl_setopt_array($curl, [
                CURLOPT_RETURNTRANSFER => true,
                CURLOPT_CONNECTTIMEOUT => 3,
                CURLOPT_TIMEOUT => $seconds,
                CURLOPT_HTTPHEADER => array_merge(['Authorization: Bearer ' . $this->key], $headers),
                CURLOPT_HEADERFUNCTION => static function ($curl, string $line) use (&$retryAfter): int {
                    if (stripos($line, 'retry-after:') === 0) {
                        $retryAfter = (int) trim(substr($line, 12));
                    }
                    return strlen($line);
                },
            ]);
            if ($body !== null) {
                curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
            }
            $answer = curl_exec($curl);
            $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
            $error = curl_error($curl);
            if ($answer !== false && $status < 300) {
                return json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
            }
            $isForNow = $answer === false || in_array($status, [429, 502, 503, 504], true);
            if (!$isForNow || $attempt === TRIES) {
                throw new RuntimeException($answer === false ? $error : $status . ': ' . $answer);
            }
            usleep(1000 * max($retryAfter * 1000, min(LONGEST_PAUSE_MS, 200 << $attempt)));
        }
    }
}

$sourceId = $argv[1] ?? 'oa-leave-' . time();
$bida = new Bida(getenv('BIDA_URL') ?: 'http://127.0.0.1:8080', getenv('BIDA_KEY') ?: '');

$id = $bida->send($sourceId, [
    'sourceId' => $sourceId,
    'appId' => '500041933',
    'title' => '请假审批',
    'itemtitle' => '请假审批',
    'content' => '成建蒋的请假单据需要您审批',
    'headImg' => 'https://www.yunzhijia.com/space/c/photo/load?id=5a2f7ad750f8dd7810e79981',
    'url' => 'https://oa.example.com/form/leave?id=' . $sourceId,
    'params' => [['openId' => '5a9090be44963150c2c059e6', 'status' => ['DO' => 0, 'READ' => 0]]],
]);
echo "acknowledged $id\n";
$delivery = $bida->waitUntilFinished($id);
echo "$id is {$delivery['status']}\n";
exit($delivery['status'] === 'confirmed' ? 0 : 1);
