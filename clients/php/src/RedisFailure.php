<?php

declare(strict_types=1);

namespace Bida;

/**
 * Redis cannot be reached, or refused: NOAUTH, NOPERM, OOM, …
 */
final class RedisFailure extends \RuntimeException
{
}
