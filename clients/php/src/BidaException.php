<?php

declare(strict_types=1);

namespace Bida;

/**
 * Bida refused the call, or could not be reached.
 */
final class BidaException extends \RuntimeException
{
    private int $status;
    private string $problem;
    /** @var list<array{pointer: string, detail: string}> */
    private array $errors;
    private ?string $deliveryId;

    /** @param list<array{pointer: string, detail: string}> $errors */
    public function __construct(
        int $status,
        string $problem,
        string $detail,
        array $errors = [],
        ?string $deliveryId = null,
        ?\Throwable $previous = null
    ) {
        $said = array_map(static fn (array $error): string => "{$error['pointer']}: {$error['detail']}", $errors);
        $all = $said === [] ? '' : ' [' . implode('; ', $said) . ']';
        parent::__construct(($status === 0 ? 'no answer' : (string) $status) . " $problem: $detail$all", $status, $previous);
        $this->status = $status;
        $this->problem = $problem;
        $this->errors = $errors;
        $this->deliveryId = $deliveryId;
    }

    /** Of the HTTP answer; 0 without one. */
    public function status(): int
    {
        return $this->status;
    }

    /** `invalid`, `keyConflict`, `unknownAccount`, `unreachable`, … */
    public function problem(): string
    {
        return $this->problem;
    }

    /**
     * The wrong fields of an order, each with its JSON pointer.
     *
     * @return list<array{pointer: string, detail: string}>
     */
    public function errors(): array
    {
        return $this->errors;
    }

    /** The delivery that the order conflicts with, for example the one with the same key. */
    public function deliveryId(): ?string
    {
        return $this->deliveryId;
    }
}
