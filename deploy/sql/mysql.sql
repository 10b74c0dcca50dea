-- The table that a business system writes orders into, and that `bida outbox` relays (docs/outbox.md).
-- MariaDB 10.2 or MySQL 5.7, or newer. Run it once, in the database of the business system.
--
-- An order is a row that commits together with what it is about:
--
--   INSERT INTO bida_outbox (account, operation, lane, payload)
--   VALUES ('yzj', 'todo.create', 'leave-123', '{"sourceId": "leave-123", …}');

CREATE TABLE bida_outbox (
  -- Orders of one lane are relayed in the order of their ids. Never let it start again from 1: an order's
  -- idempotency key is made of it.
  id              bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,

  -- What the business system writes. Text on purpose: MySQL's own type JSON rounds long numbers.
  account         varchar(200) NOT NULL,
  operation       varchar(200) NOT NULL,
  payload         longtext NOT NULL,           -- JSON: the platform's own document
  lane            varchar(200),                -- what is to be kept in order; null: what the payload is about
  idempotency_key varchar(200),                -- null: outbox:<name>:<id>
  send_at         timestamp(3) NULL DEFAULT NULL,
  deadline        timestamp(3) NULL DEFAULT NULL,
  priority        integer,
  callback_url    varchar(2048),
  metadata        longtext,                    -- JSON

  -- What `bida outbox` writes.
  -- MySQL before 8.0.16 reads the CHECK and does not keep it.
  status          varchar(20) NOT NULL DEFAULT 'waiting'
                  CHECK (status IN ('waiting', 'refused', 'acknowledged',
                                    'confirmed', 'dead', 'discarded', 'cancelled', 'forgotten')),
  delivery_id     varchar(100),
  errors          longtext,                    -- of a refused row: JSON, [{"pointer": "/payload/url", "detail": "…"}]
  reason          varchar(40),                 -- of a dead one: rejected, unproven, expired, …
  detail          longtext,                    -- the same in a sentence
  created_at      timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  acknowledged_at timestamp(3) NULL DEFAULT NULL,
  finished_at     timestamp(3) NULL DEFAULT NULL,

  -- Relays share the work by this: each lane is in one of 32 parts, and one relay at a time serves a part.
  lane_part       smallint GENERATED ALWAYS AS (CRC32(COALESCE(lane, '')) & 31) STORED,

  INDEX bida_outbox_waiting (status, lane_part, id),
  INDEX bida_outbox_finished (finished_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who may do what:
--   GRANT INSERT, SELECT ON bida_outbox TO <the business system>;
--   GRANT SELECT, UPDATE, DELETE ON bida_outbox TO <the relay>;
