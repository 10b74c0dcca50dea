<?php

declare(strict_types=1);

use Bida\BidaException;
use Bida\CallbackVerifier;
use Bida\Client;
use Bida\ForgedCallback;
use Bida\Json;
use Bida\RedisFailure;
use Bida\RedisIntake;
use PHPUnit\Framework\TestCase;

/**
 * What needs no Bida.
 */
final class ClientTest extends TestCase
{
    private const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    private const BODY = '{"type":"delivery.dead","data":{"id":"d-1","status":"dead","reason":"rejected"}}';
    private const HEADERS = [
        'Webhook-Id' => 'msg_1',
        'webhook-timestamp' => '1614265330',
        'Webhook-Signature' => 'v1,other v1,6/PoWX4AOjRwHWlqeH4JnkDRgwPLA2KC79K73pIuwbk=',
    ];

    public function testKeepsEveryDigit(): void
    {
        $order = Json::order(['payload' => ['a' => 9007199254740993, 'b' => 1.0, 'c' => '18446744073709551617']]);
        self::assertSame('{"payload":{"a":9007199254740993,"b":1.0,"c":"18446744073709551617"}}', $order);
        self::assertSame(['a' => 9007199254740993], Json::read('{"a":9007199254740993}'));
        self::assertSame(['b' => '18446744073709551617'], Json::read('{"b":18446744073709551617}'));
    }

    public function testSendsWhatWasWrittenAlreadyAsItIs(): void
    {
        self::assertSame('{"key":"k","payload":{ "n": 1.10 }}', Json::order(['key' => 'k', 'payload' => '{ "n": 1.10 }']));
    }

    public function testGivesAnOrderAKeyThatHasNone(): void
    {
        self::assertSame('mine', Json::withKey(['key' => 'mine'])['key']);
        self::assertNotSame(Json::withKey([])['key'], Json::withKey([])['key']);
    }

    /** @dataProvider unfit */
    public function testRefusesWhatJsonCannotHave($payload): void
    {
        try {
            Json::order(['payload' => $payload]);
            self::fail('it was written');
        } catch (BidaException $refusal) {
            self::assertSame('invalid', $refusal->problem());
            self::assertSame('/payload', $refusal->errors()[0]['pointer']);
        }
    }

    public static function unfit(): array
    {
        return [[['a' => NAN]], [['t' => "\xB1\x31"]], ['{'], ['{"a":1} x']];
    }

    public function testVerifiesCallbacks(): void
    {
        $verifier = new CallbackVerifier('an old secret of ours, long enough', self::SECRET);
        $callback = $verifier->verify(self::HEADERS, self::BODY, 1614265330);
        self::assertSame('delivery.dead', $callback['type']);
        self::assertSame('rejected', $callback['data']['reason']);
        self::assertSame('msg_1', $callback['id']);
    }

    /** @dataProvider forged */
    public function testRefusesForgedCallbacks(array $headers, string $body, int $now): void
    {
        $this->expectException(ForgedCallback::class);
        (new CallbackVerifier(self::SECRET))->verify($headers, $body, $now);
    }

    public static function forged(): array
    {
        return [
            'an old one' => [self::HEADERS, self::BODY, 1614265330 + 301],
            'another body' => [self::HEADERS, '{}', 1614265330],
            'another id' => [['Webhook-Id' => 'msg_2'] + self::HEADERS, self::BODY, 1614265330],
            'no signature' => [[], self::BODY, 1614265330],
        ];
    }

    public function testSaysWhatIsWrongWithItsOwnSettings(): void
    {
        $wrong = [
            static fn () => new Client('127.0.0.1:8080', 'key'),
            static fn () => new Client('http://127.0.0.1:8080', ''),
            static fn () => new CallbackVerifier(),
            static fn () => new CallbackVerifier('whsec_?'),
            static fn () => new RedisIntake('127.0.0.1:6379'),
        ];
        foreach ($wrong as $make) {
            try {
                $make();
                self::fail('it was taken');
            } catch (InvalidArgumentException $refusal) {
                self::assertStringStartsWith('expected ', $refusal->getMessage());
            }
        }
    }

    public function testSaysThatRedisCannotBeReached(): void
    {
        $this->expectException(RedisFailure::class);
        (new RedisIntake('redis://127.0.0.1:1'))->add(['payload' => []]);
    }
}
