<?php
/**
 * For systems without Composer: require this file.
 */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (strpos($class, 'Bida\\') === 0) {
        $file = __DIR__ . '/src/' . substr($class, 5) . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
