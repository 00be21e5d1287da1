-- The hash of a chain that ended with `previous` and goes on with these digests, 32 bytes each, the first of them in place `seq` (H05).
-- SQLite gets the same function from the program, on every connection.
CREATE FUNCTION chain_hash(previous BYTEA, seq BIGINT, digests BYTEA) RETURNS BYTEA LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    hash BYTEA := previous;
BEGIN
    FOR i IN 0 .. length(digests) / 32 - 1 LOOP
        hash := sha256(hash || int8send(seq + i) || substring(digests FROM 32 * i + 1 FOR 32));
    END LOOP;
    RETURN hash;
END
$$;
