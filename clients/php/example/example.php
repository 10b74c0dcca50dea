<?php
/**
 * Everything that the client can do, against a `bida up` on this machine. Takes BIDA_URL, BIDA_KEY and
 * REDIS_URL as `bida up` prints them; exits with 1 if a result is wrong.
 */

declare(strict_types=1);

require __DIR__ . '/../autoload.php';

/** As the configuration of `bida up` has it. */
const SECRET = 'sandbox-callback-secret-of-bida-up';
/** Beyond what a double holds: 2^53 + 1. */
const FORM_ID = 9007199254740993;

$run = 'php-' . (int) (microtime(true) * 1000);
$bida = new Bida\Client((string) getenv('BIDA_URL'), (string) getenv('BIDA_KEY'));
$receiver = stream_socket_server('tcp://127.0.0.1:0');

// Send once, wait until it is proven, and receive the callback.
$order = [
    'account' => 'yzj',
    'operation' => 'todo.create',
    'key' => "$run-1",
    'payload' => todo($run, '1'),
    'callbackUrl' => 'http://' . stream_socket_get_name($receiver, false) . '/bida',
    'metadata' => ['formId' => FORM_ID],
];
$id = $bida->send($order);
echo "acknowledged $id\n";
check($bida->send($order) === $id, 'the same order again is the same delivery');
$delivery = $bida->waitUntilFinished($id, 120);
echo "$id is {$delivery['status']}\n";
check($delivery['status'] === 'confirmed', 'the platform itself showed it');
check($bida->get($id)['metadata']['formId'] === FORM_ID, 'an id beyond 2^53 keeps every digit');

$verifier = new Bida\CallbackVerifier(SECRET);
[$headers, $body] = aCallback($receiver);
$callback = $verifier->verify($headers, $body);
echo "called back: {$callback['type']} {$callback['data']['id']}\n";
check($callback['type'] === 'delivery.confirmed' && $callback['data']['id'] === $id, 'the callback was verified');
try {
    $verifier->verify($headers, "$body ");
    check(false, 'a changed callback is refused');
} catch (Bida\ForgedCallback $forged) {
    check(true, 'a changed callback is refused');
}

// Something wrong.
try {
    $wrong = ['params' => 'nobody'] + todo($run, '2');
    unset($wrong['title']);
    $bida->send(['account' => 'yzj', 'operation' => 'todo.create', 'payload' => $wrong]);
    check(false, 'a wrong order is refused');
} catch (Bida\BidaException $refusal) {
    echo $refusal->getMessage() . "\n";
    check($refusal->problem() === 'invalid' && count($refusal->errors()) === 2, 'each wrong field is named');
}

// Many, one of them wrong; and a payload that another library has written.
$written = '{"appId":"500041933","sourceId":"' . $run . '-3","title":"请假审批","headImg":"https://oa.example.com/leave.png",'
    . '"url":"https://oa.example.com/leave/3","formId":18446744073709551617,"params":[{"openId":"5a9090be44963150c2c059e6"}]}';
$items = $bida->sendAll([
    ['account' => 'yzj', 'operation' => 'todo.create', 'key' => "$run-3", 'payload' => $written],
    ['account' => 'yzj', 'operation' => 'todo.create', 'payload' => ['sourceId' => $run]],
]);
check($items[0]['result'] === 'created' && $items[1]['result'] === 'refused', 'a refused order does not spoil the others');
check(strpos($items[1]['errors'][0]['pointer'], '/') === 0, 'and says what is wrong');

// Straight into Redis.
$intake = new Bida\RedisIntake((string) getenv('REDIS_URL'));
echo 'entry ' . $intake->add(['account' => 'yzj', 'operation' => 'todo.create', 'key' => "$run-4", 'payload' => todo($run, '4')]) . "\n";
$intake->close();
for ($tries = 0; ($found = $bida->findByKey("$run-4")) === null && $tries < 200; $tries++) {
    usleep(100000);
}
check($found !== null, 'an order in Redis becomes a delivery');
check($bida->waitUntilFinished($found['id'], 120)['status'] === 'confirmed', 'and is proven');

// The first todo is done; one that is not sent yet is cancelled; what was sent is too late for that.
$done = $bida->send([
    'account' => 'yzj',
    'operation' => 'todo.update',
    'key' => "$run-1-done",
    'payload' => [
        'sourcetype' => '500041933',
        'sourceitemid' => "$run-1",
        'actiontype' => ['deal' => 1, 'read' => 1],
        'openids' => ['5a9090be44963150c2c059e6'],
    ],
]);
check($bida->waitUntilFinished($done, 120)['status'] === 'confirmed', 'the todo is done');
$later = $bida->send([
    'account' => 'yzj',
    'operation' => 'todo.create',
    'key' => "$run-5",
    'payload' => todo($run, '5'),
    'sendAt' => date(DATE_ATOM, time() + 86400),
]);
$bida->cancel($later);
check($bida->cancel($later)['status'] === 'cancelled', 'what was never sent is cancelled, however often one asks');
try {
    $bida->cancel($done);
    check(false, 'what was sent cannot be cancelled');
} catch (Bida\BidaException $refusal) {
    check($refusal->problem() === 'tooLate', 'what was sent cannot be cancelled');
}

function todo(string $run, string $number): array
{
    return [
        'appId' => '500041933',
        'sourceId' => "$run-$number",
        'title' => '请假审批',
        'content' => '张三申请年假 2 天 😀',
        'headImg' => 'https://oa.example.com/leave.png',
        'url' => "https://oa.example.com/leave/$number",
        'formId' => FORM_ID,
        'params' => [['openId' => '5a9090be44963150c2c059e6', 'status' => ['DO' => 0, 'READ' => 0]]],
    ];
}

/** One request, as a web server would hand it over: getallheaders() and php://input. */
function aCallback($receiver): array
{
    $connection = stream_socket_accept($receiver, 30);
    $headers = [];
    while (($line = rtrim((string) fgets($connection))) !== '') {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        $headers[$name] = trim($value);
    }
    $length = (int) (array_change_key_case($headers)['content-length'] ?? 0);
    $body = stream_get_contents($connection, $length);
    fwrite($connection, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    fclose($connection);
    return [$headers, $body];
}

function check(bool $is, string $what): void
{
    echo ($is ? 'ok: ' : 'NOT SO: ') . "$what\n";
    if (!$is) {
        exit(1);
    }
}
