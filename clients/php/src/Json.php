<?php

declare(strict_types=1);

namespace Bida;

/**
 * JSON with every digit kept: integers up to 2^63 - 1 are integers, longer ones are text.
 */
final class Json
{
    private const DEPTH = 64;

    /**
     * @param mixed $value an object without fields is `new stdClass`; a list is an array
     * @throws \JsonException for text that is not UTF-8, INF, and other values that JSON does not allow
     */
    public static function write($value): string
    {
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;
        return json_encode($value, $flags, self::DEPTH);
    }

    /**
     * @return mixed objects as arrays
     * @throws \JsonException
     */
    public static function read(string $text)
    {
        return json_decode($text, true, self::DEPTH, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
    }

    /**
     * One order as it is sent. A payload or metadata that is text already is JSON, and is sent as it is.
     *
     * @param array<string, mixed> $order
     * @throws BidaException with the code `invalid`
     */
    public static function order(array $order): string
    {
        $fields = [];
        foreach ($order as $name => $value) {
            try {
                $isWritten = is_string($value) && ($name === 'payload' || $name === 'metadata');
                if ($isWritten) {
                    self::read($value);
                }
                $fields[] = self::write((string) $name) . ':' . ($isWritten ? $value : self::write($value));
            } catch (\JsonException $wrong) {
                $errors = [['pointer' => '/' . $name, 'detail' => $wrong->getMessage()]];
                throw new BidaException(0, 'invalid', 'nothing was sent', $errors, null, $wrong);
            }
        }
        return '{' . implode(',', $fields) . '}';
    }

    /**
     * The order with a key, so that repeating it is the same delivery.
     *
     * @param array<string, mixed> $order
     * @return array<string, mixed>
     */
    public static function withKey(array $order): array
    {
        return $order + ['key' => 'php-' . bin2hex(random_bytes(16))];
    }
}
