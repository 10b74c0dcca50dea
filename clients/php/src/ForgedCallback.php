<?php

declare(strict_types=1);

namespace Bida;

/**
 * A callback that is not Bida's, or that is too old.
 */
final class ForgedCallback extends \RuntimeException
{
}
