BEGIN;
CREATE TABLE product (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sku (
    number INTEGER NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    product BLOB NOT NULL,
    edition TEXT NOT NULL,
    name TEXT NOT NULL,
    -- A JSON array of texts.
    features TEXT NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (product, edition)
) STRICT, WITHOUT ROWID;
CREATE TABLE policy (
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    -- A JSON object that names its own format.
    rules TEXT NOT NULL,
    PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE batch (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    sku INTEGER NOT NULL,
    policy BLOB NOT NULL,
    format INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    count INTEGER NOT NULL,
    label TEXT,
    withdrawn INTEGER NOT NULL,
    created INTEGER NOT NULL,
    -- Two nodes that issue at once must not deal the same serials.
    UNIQUE (format, sku, first_index)
) STRICT, WITHOUT ROWID;
CREATE TABLE staff (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    token BLOB NOT NULL UNIQUE,
    removed INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE imported_key (
    hash BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    sku INTEGER NOT NULL,
    policy BLOB NOT NULL,
    weak INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE licence (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    sku INTEGER NOT NULL,
    policy BLOB NOT NULL,
    -- At most one of key_number (with batch) and imported.
    key_number INTEGER,
    batch BLOB,
    imported BLOB,
    key_generation INTEGER NOT NULL,
    standing TEXT NOT NULL,
    standing_since INTEGER,
    standing_effective INTEGER,
    seats INTEGER NOT NULL,
    seats_taken INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER,
    label TEXT,
    created INTEGER NOT NULL,
    -- Whether the licence's seats stand in crowded_seat.
    crowded INTEGER NOT NULL DEFAULT 0
, proof_used INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE device (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    name TEXT,
    created INTEGER NOT NULL
, drift BLOB NOT NULL DEFAULT x'') STRICT, WITHOUT ROWID;
CREATE TABLE activation (
    licence BLOB NOT NULL,
    id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    device BLOB NOT NULL,
    released_at INTEGER,
    released_by TEXT,
    lingers_until INTEGER,
    created INTEGER NOT NULL, held_since INTEGER, release_asked INTEGER, release_effective INTEGER,
    PRIMARY KEY (licence, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE installation (
    activation BLOB NOT NULL,
    created INTEGER NOT NULL,
    id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    licence BLOB NOT NULL,
    lease BLOB NOT NULL,
    parent BLOB,
    sequence INTEGER NOT NULL,
    command TEXT NOT NULL,
    request BLOB NOT NULL,
    nonce_millis INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    renew_after INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    rewinds INTEGER NOT NULL,
    ended INTEGER NOT NULL, superseded BLOB NOT NULL DEFAULT x'', copy_seen INTEGER,
    PRIMARY KEY (activation, created, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE crowded_seat (
    licence BLOB NOT NULL,
    activation BLOB NOT NULL,
    device BLOB NOT NULL,
    anchor_1 BLOB,
    anchor_2 BLOB,
    held INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    released_at INTEGER,
    lingers_until INTEGER, held_since INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (licence, activation)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    -- At most one of both; neither is the service itself.
    installation BLOB,
    staff BLOB,
    action TEXT NOT NULL,
    licence BLOB,
    activation BLOB,
    device BLOB,
    batch BLOB,
    code TEXT,
    -- A JSON array of texts: name, value, name, value …
    details TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE reply (
    staff BLOB NOT NULL,
    request BLOB NOT NULL,
    digest BLOB NOT NULL,
    subject TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (staff, request)
) STRICT, WITHOUT ROWID;
CREATE TABLE tally (
    licences INTEGER NOT NULL,
    activations INTEGER NOT NULL
) STRICT;
CREATE TABLE log_waiting (
    mark INTEGER NOT NULL PRIMARY KEY,
    events BLOB NOT NULL
) STRICT;
CREATE TABLE log_place (
    place INTEGER NOT NULL PRIMARY KEY,
    event BLOB NOT NULL UNIQUE
) STRICT;
CREATE TABLE log_tile (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT;
CREATE TABLE log_head (
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    checkpoint TEXT,
    certificate TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE support_case (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    number INTEGER NOT NULL UNIQUE,
    -- SHA-256 of the secret in its private link, and of what it says.
    link BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    cause TEXT,
    unknown INTEGER NOT NULL,
    installation BLOB,
    received INTEGER NOT NULL,
    closed INTEGER,
    closed_by BLOB,
    bundle BLOB NOT NULL,
    notes TEXT NOT NULL
) STRICT;
INSERT INTO product (id, revision, code, name, created) VALUES (X'01A203BBCCA8759697319B9D08A9FB59', 1, 'draw', 'Draw', 1795358969);
INSERT INTO sku (number, revision, product, edition, name, features, created) VALUES (1, 1, X'01A203BBCCA8759697319B9D08A9FB59', 'pro', 'Professional', '["layers"]', 1795358969);
INSERT INTO policy (id, version, revision, rules) VALUES (X'01A203BBCCA87BA795387047CC4A101B', 1, 1, '{"format":1,"name":"Retail","channel":"retail","seats":1,"change_budget":3,"moves_per_year":6,"may_move":true,"lease_seconds":5184000,"renew_after_seconds":604800,"grace_seconds":1209600,"term":"perpetual","tolerance":{"version":1,"schemes":{"container":{"threshold":50,"matches_min":2,"weights":{"board_model":[30,1],"cpu":[20,1],"motherboard":[60,2],"os_install":[10,1],"system_disk":[30,2],"vm_id":[60,2]}},"physical":{"threshold":50,"matches_min":3,"weights":{"board_model":[50,1],"cpu":[25,1],"motherboard":[60,2],"network_adapter":[20,2],"os_install":[15,2],"system_disk":[30,2],"tpm":[20,2]}},"vm":{"threshold":50,"matches_min":3,"weights":{"board_model":[10,1],"cpu":[5,1],"network_adapter":[15,2],"os_install":[25,2],"system_disk":[30,2],"tpm":[20,2],"vm_id":[60,2]}},"wsl":{"threshold":50,"matches_min":3,"weights":{"cpu":[20,1],"os_install":[30,2],"system_disk":[20,2],"vm_id":[60,2]}}}},"drift_per_year":100,"copies":"tell","reclaim_notice_seconds":1209600,"objection_seconds":2592000,"release_notice_seconds":1209600,"virtual_machines":true,"containers":false,"restrictions":{"personalisation_locked":true,"reminder_every_seconds":14400,"watermark":null,"feature_updates_withheld":true,"support_eligible":false},"routes":["online","human","file"],"revocation_notice_seconds":1209600,"created":1795358969}');
INSERT INTO batch (id, revision, sku, policy, format, epoch, first_index, count, label, withdrawn, created) VALUES (X'01A203BBCCA8741081EAC682A37C88C0', 1, 1, X'01A203BBCCA87BA795387047CC4A101B', 1, 1, 0, 11, NULL, 0, 1795358969);
INSERT INTO staff (id, revision, name, role, token, removed, created) VALUES (X'01A203BBCCA8755F897CEF1EB606B8E3', 1, 'owner', 'owner', X'E38537EF7BA4FDD8B4C3D976DE8DADDF5A5A5BBBD68E13D95EDC17E70731D3FE', 0, 1795358969);
INSERT INTO licence (id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, crowded, proof_used) VALUES (X'01A203BBCCAA7153A2C5FA8F1D055FFD', 1, 1, X'01A203BBCCA87BA795387047CC4A101B', 70373465359826, X'01A203BBCCA8741081EAC682A37C88C0', NULL, 0, 'active', NULL, NULL, 1, 1, 1795358969, NULL, NULL, 1795358969, 0, NULL);
INSERT INTO licence (id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, crowded, proof_used) VALUES (X'01A203BBCCAC70ABABAA5146B72A04F2', 1, 1, X'01A203BBCCA87BA795387047CC4A101B', 70377011518827, X'01A203BBCCA8741081EAC682A37C88C0', NULL, 0, 'active', NULL, NULL, 1, 1, 1795358969, NULL, NULL, 1795358969, 0, NULL);
INSERT INTO licence (id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, crowded, proof_used) VALUES (X'01A203BBCCAE7544A37D99056A0ECE7A', 1, 1, X'01A203BBCCA87BA795387047CC4A101B', 70377286256483, X'01A203BBCCA8741081EAC682A37C88C0', NULL, 0, 'active', NULL, NULL, 1, 1, 1795358969, NULL, NULL, 1795358969, 0, NULL);
INSERT INTO licence (id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, crowded, proof_used) VALUES (X'01A203BBCCB07B009346C69385437EC4', 1, 1, X'01A203BBCCA87BA795387047CC4A101B', 70376618854142, X'01A203BBCCA8741081EAC682A37C88C0', NULL, 0, 'active', NULL, NULL, 1, 1, 1795358969, NULL, NULL, 1795358969, 0, NULL);
INSERT INTO licence (id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, crowded, proof_used) VALUES (X'01A203BBCCB2745284AACF2AF5E16ADC', 2, 1, X'01A203BBCCA87BA795387047CC4A101B', 70376679963237, X'01A203BBCCA8741081EAC682A37C88C0', NULL, 0, 'revoked', 1795358969, 1796568569, 1, 1, 1795358969, NULL, NULL, 1795358969, 0, NULL);
INSERT INTO licence (id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, crowded, proof_used) VALUES (X'01A203BBCCB47C86B73809F5200BBAE8', 1, 1, X'01A203BBCCA87BA795387047CC4A101B', 70375958886366, X'01A203BBCCA8741081EAC682A37C88C0', NULL, 0, 'active', NULL, NULL, 1, 1, 1795358969, NULL, NULL, 1795358969, 0, NULL);
INSERT INTO licence (id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, crowded, proof_used) VALUES (X'01A203BBCCB676998165CBBF62873A3B', 1, 1, X'01A203BBCCA87BA795387047CC4A101B', 70377153904114, X'01A203BBCCA8741081EAC682A37C88C0', NULL, 0, 'active', NULL, NULL, 1, 1, 1795358969, NULL, NULL, 1795358969, 0, NULL);
INSERT INTO device (id, revision, fingerprint, name, created, drift) VALUES (X'01A203BBCCAA79F8BA6035903BF5B2D1', 1, X'01010009E54DF9891F0C7004007E5A2A270EEB723C0500372BB163A4C174B1060023F7A12A7465CB0D', NULL, 1795358969, X'');
INSERT INTO device (id, revision, fingerprint, name, created, drift) VALUES (X'01A203BBCCAC724B9AAA963FBD5939C5', 1, X'010100CF1FF7A25B50EF5804007FE37F0C99026E190500E4E0B1FB4A2EF9D406005544DEFB31F0A29D', NULL, 1795358969, X'');
INSERT INTO device (id, revision, fingerprint, name, created, drift) VALUES (X'01A203BBCCAE7069BEE5AE74D5A12389', 1, X'010100D0CE272ABDA4507E0400A00E77F9A5BE91A90500B3CA707A5A30C15406006A617639E2079A9A', NULL, 1795358969, X'');
INSERT INTO device (id, revision, fingerprint, name, created, drift) VALUES (X'01A203BBCCB07F4EB3BA471809F9F665', 1, X'010100BD205162107377830400BA169761E98BDDEF050057D09CD993D8C5B306008C8271397D5AB1C7', NULL, 1795358969, X'');
INSERT INTO device (id, revision, fingerprint, name, created, drift) VALUES (X'01A203BBCCB272F6B395AA1DACA514EE', 1, X'010100E1CAB13420F113D704004F203AAAABD71F620500F4C0088F25AA3D7606008AA5A2448E371593', NULL, 1795358969, X'');
INSERT INTO device (id, revision, fingerprint, name, created, drift) VALUES (X'01A203BBCCB47D94A7FA8E7C76C3E5D0', 1, X'010100B4E9F76E9AC88E2C04008A4D2A204D5CB5E105007C539265A05726CB0600C068F77FBFB9FE79', NULL, 1795358969, X'');
INSERT INTO device (id, revision, fingerprint, name, created, drift) VALUES (X'01A203BBCCB67E7897B54CD199B969C0', 1, X'01010071C5CB0CC34F8C9004008BA086E9A34F388D0500EBFA4002BDC600E40600618698992086D112', NULL, 1795358969, X'');
INSERT INTO activation (licence, id, revision, device, released_at, released_by, lingers_until, created, held_since, release_asked, release_effective) VALUES (X'01A203BBCCAA7153A2C5FA8F1D055FFD', X'01A203BBCCAA7325AA111A1140AD66E1', 1, X'01A203BBCCAA79F8BA6035903BF5B2D1', NULL, NULL, NULL, 1795358969, 1795358969, NULL, NULL);
INSERT INTO activation (licence, id, revision, device, released_at, released_by, lingers_until, created, held_since, release_asked, release_effective) VALUES (X'01A203BBCCAC70ABABAA5146B72A04F2', X'01A203BBCCAC71F48E23444FD43D8CA5', 1, X'01A203BBCCAC724B9AAA963FBD5939C5', NULL, NULL, NULL, 1795358969, 1795358969, NULL, NULL);
INSERT INTO activation (licence, id, revision, device, released_at, released_by, lingers_until, created, held_since, release_asked, release_effective) VALUES (X'01A203BBCCAE7544A37D99056A0ECE7A', X'01A203BBCCAE7FE1ADEE4F27CB420363', 1, X'01A203BBCCAE7069BEE5AE74D5A12389', NULL, NULL, NULL, 1795358969, 1795358969, NULL, NULL);
INSERT INTO activation (licence, id, revision, device, released_at, released_by, lingers_until, created, held_since, release_asked, release_effective) VALUES (X'01A203BBCCB07B009346C69385437EC4', X'01A203BBCCB078ABA12F9453CA795EE1', 1, X'01A203BBCCB07F4EB3BA471809F9F665', NULL, NULL, NULL, 1795358969, 1795358969, NULL, NULL);
INSERT INTO activation (licence, id, revision, device, released_at, released_by, lingers_until, created, held_since, release_asked, release_effective) VALUES (X'01A203BBCCB2745284AACF2AF5E16ADC', X'01A203BBCCB27BC28C84A44B3B5B08EF', 1, X'01A203BBCCB272F6B395AA1DACA514EE', NULL, NULL, NULL, 1795358969, 1795358969, NULL, NULL);
INSERT INTO activation (licence, id, revision, device, released_at, released_by, lingers_until, created, held_since, release_asked, release_effective) VALUES (X'01A203BBCCB47C86B73809F5200BBAE8', X'01A203BBCCB47F3F91E838180D010A1F', 2, X'01A203BBCCB47D94A7FA8E7C76C3E5D0', NULL, NULL, NULL, 1795358969, 1795358969, 1795358969, 1796568569);
INSERT INTO activation (licence, id, revision, device, released_at, released_by, lingers_until, created, held_since, release_asked, release_effective) VALUES (X'01A203BBCCB676998165CBBF62873A3B', X'01A203BBCCB67951A6DA8CB945E73998', 1, X'01A203BBCCB67E7897B54CD199B969C0', NULL, NULL, NULL, 1795358969, 1795358969, NULL, NULL);
INSERT INTO installation (activation, created, id, revision, licence, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, rewinds, ended, superseded, copy_seen) VALUES (X'01A203BBCCAA7325AA111A1140AD66E1', 1795358969, X'2FD93C874D03F4C405D9DBDBA955BCD41912ED2B0198E07D2ACE55935D8095F3', 1, X'01A203BBCCAA7153A2C5FA8F1D055FFD', X'01A203BBCCAA7C2EB4DD9A9C52A9FC05', NULL, 1, 'activate', X'0189A053BE68FEEFCBB10958D57839AC', 1795358969001, 1795358969, 1795963769, 1800542969, 0, 0, X'', NULL);
INSERT INTO installation (activation, created, id, revision, licence, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, rewinds, ended, superseded, copy_seen) VALUES (X'01A203BBCCAC71F48E23444FD43D8CA5', 1795358969, X'9D2F9E4122FB6B0A5768EAF2D38A1DF6E7259420C2A18EED136550AB86088827', 1, X'01A203BBCCAC70ABABAA5146B72A04F2', X'01A203BBCCAC738B87F880D76B1943D2', NULL, 1, 'activate', X'DC57E2CCEDC1EFC8AAAAE83FBB786251', 1795358969003, 1795358969, 1795963769, 1800542969, 0, 0, X'', NULL);
INSERT INTO installation (activation, created, id, revision, licence, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, rewinds, ended, superseded, copy_seen) VALUES (X'01A203BBCCAE7FE1ADEE4F27CB420363', 1795358969, X'14515C259BBCCE58BF6CD5AA142F29CC6FA610B1B4A0BD0F12E5CDC8BA775E64', 2, X'01A203BBCCAE7544A37D99056A0ECE7A', X'01A22CEDC24A7A36955C23D6B65FEA80', X'01A203BBCCAE769F8D94840A2D92EB1E', 2, 'renew', X'52982D63AAF9CF8BB09EBAA29861AFBF', 1796050109001, 1796050109, 1796654909, 1801234109, 0, 0, X'', NULL);
INSERT INTO installation (activation, created, id, revision, licence, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, rewinds, ended, superseded, copy_seen) VALUES (X'01A203BBCCB078ABA12F9453CA795EE1', 1795358969, X'6EB45370D03CC0D4CDAD539750213D687AD7456C69563AE73D37A2F7DA2ED742', 2, X'01A203BBCCB07B009346C69385437EC4', X'01A22CEDC24C79B981980A55F95366BD', X'01A203BBCCB07E5D83A70681B4632FD8', 2, 'renew', X'3049540221F3101A2E3DEAB8FC288EA9', 1796050109003, 1796050109, 1796654909, 1801234109, 0, 0, X'', NULL);
INSERT INTO installation (activation, created, id, revision, licence, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, rewinds, ended, superseded, copy_seen) VALUES (X'01A203BBCCB27BC28C84A44B3B5B08EF', 1795358969, X'F444DD0A23CE82ABC339208FB3B6EABCDC4D840A49BE2AB3FC7A0CCD33FB052E', 1, X'01A203BBCCB2745284AACF2AF5E16ADC', X'01A203BBCCB2704E88777B96039A967A', NULL, 1, 'activate', X'E41D6FB4CBCA0E51A4FAFF7C7226AB38', 1795358969009, 1795358969, 1795963769, 1800542969, 0, 0, X'', NULL);
INSERT INTO installation (activation, created, id, revision, licence, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, rewinds, ended, superseded, copy_seen) VALUES (X'01A203BBCCB47F3F91E838180D010A1F', 1795358969, X'E6E78CEBF845F3663C26B3D13F815EB13AF2D89FEE76EA945ADDD05FEA99CAEF', 1, X'01A203BBCCB47C86B73809F5200BBAE8', X'01A203BBCCB4799885BE332200FE572D', NULL, 1, 'activate', X'D71A12624E2B2D6FAAF947BEC62D740C', 1795358969011, 1795358969, 1795963769, 1800542969, 0, 0, X'', NULL);
INSERT INTO installation (activation, created, id, revision, licence, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, rewinds, ended, superseded, copy_seen) VALUES (X'01A203BBCCB67951A6DA8CB945E73998', 1795358969, X'86F342AD758DB173A169C8AAEE19410E7250ACCE9434CD8607223461BFB9ABC0', 1, X'01A203BBCCB676998165CBBF62873A3B', X'01A203BBCCB67D2C936CA6273886B48C', NULL, 1, 'activate', X'B3200FDAC5A857E132C375D8DDCBD1D3', 1795358969013, 1795358969, 1795963769, 1800542969, 0, 0, X'', NULL);
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCA872E3BB2B41EF0B28EBED', 1795358969, NULL, X'00000000000000000000000000000000', 'staff.created', NULL, NULL, NULL, NULL, NULL, '["staff","01a203bb-cca8-755f-897c-ef1eb606b8e3","role","owner"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCA87593AEF22C62D587D7A6', 1795358969, NULL, X'01A203BBCCA8755F897CEF1EB606B8E3', 'sku.created', NULL, NULL, NULL, NULL, NULL, '["sku","1"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCA875E1900D4C2D6B0CF4BA', 1795358969, NULL, X'01A203BBCCA8755F897CEF1EB606B8E3', 'batch.exported', NULL, NULL, NULL, X'01A203BBCCA8741081EAC682A37C88C0', NULL, '["after","0","limit","1000"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCA8783E8C5097DD0305C342', 1795358969, NULL, X'01A203BBCCA8755F897CEF1EB606B8E3', 'batch.issued', NULL, NULL, NULL, X'01A203BBCCA8741081EAC682A37C88C0', NULL, '["count","11"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCA8797080E49BEC3884C1A2', 1795358969, NULL, X'01A203BBCCA8755F897CEF1EB606B8E3', 'product.created', NULL, NULL, NULL, NULL, NULL, '["product","01a203bb-cca8-7596-9731-9b9d08a9fb59"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCA87DE0B5E7098B9F6DEF13', 1795358969, NULL, X'01A203BBCCA8755F897CEF1EB606B8E3', 'policy.created', NULL, NULL, NULL, NULL, NULL, '["policy","01a203bb-cca8-7ba7-9538-7047cc4a101b"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCAA760EBCC7942F754166B8', 1795358969, X'2FD93C874D03F4C405D9DBDBA955BCD41912ED2B0198E07D2ACE55935D8095F3', NULL, 'activation.granted', X'01A203BBCCAA7153A2C5FA8F1D055FFD', X'01A203BBCCAA7325AA111A1140AD66E1', X'01A203BBCCAA79F8BA6035903BF5B2D1', NULL, NULL, '["policy_version","1","seats","1","seats_taken","0","lease","01a203bb-ccaa-7c2e-b4dd-9a9c52a9fc05"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCAC7116AC4D8658E6A96586', 1795358969, X'9D2F9E4122FB6B0A5768EAF2D38A1DF6E7259420C2A18EED136550AB86088827', NULL, 'activation.granted', X'01A203BBCCAC70ABABAA5146B72A04F2', X'01A203BBCCAC71F48E23444FD43D8CA5', X'01A203BBCCAC724B9AAA963FBD5939C5', NULL, NULL, '["policy_version","1","seats","1","seats_taken","0","lease","01a203bb-ccac-738b-87f8-80d76b1943d2"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCAE79FF91312AEDE2EE2055', 1795358969, X'14515C259BBCCE58BF6CD5AA142F29CC6FA610B1B4A0BD0F12E5CDC8BA775E64', NULL, 'activation.granted', X'01A203BBCCAE7544A37D99056A0ECE7A', X'01A203BBCCAE7FE1ADEE4F27CB420363', X'01A203BBCCAE7069BEE5AE74D5A12389', NULL, NULL, '["policy_version","1","seats","1","seats_taken","0","lease","01a203bb-ccae-769f-8d94-840a2d92eb1e"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCB07AB198DB605D2D07F1ED', 1795358969, X'6EB45370D03CC0D4CDAD539750213D687AD7456C69563AE73D37A2F7DA2ED742', NULL, 'activation.granted', X'01A203BBCCB07B009346C69385437EC4', X'01A203BBCCB078ABA12F9453CA795EE1', X'01A203BBCCB07F4EB3BA471809F9F665', NULL, NULL, '["policy_version","1","seats","1","seats_taken","0","lease","01a203bb-ccb0-7e5d-83a7-0681b4632fd8"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCB2752C8C162156E02C1313', 1795358969, X'F444DD0A23CE82ABC339208FB3B6EABCDC4D840A49BE2AB3FC7A0CCD33FB052E', NULL, 'activation.granted', X'01A203BBCCB2745284AACF2AF5E16ADC', X'01A203BBCCB27BC28C84A44B3B5B08EF', X'01A203BBCCB272F6B395AA1DACA514EE', NULL, NULL, '["policy_version","1","seats","1","seats_taken","0","lease","01a203bb-ccb2-704e-8877-7b96039a967a"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCB47501BCF3DFA318C2849D', 1795358969, X'E6E78CEBF845F3663C26B3D13F815EB13AF2D89FEE76EA945ADDD05FEA99CAEF', NULL, 'activation.granted', X'01A203BBCCB47C86B73809F5200BBAE8', X'01A203BBCCB47F3F91E838180D010A1F', X'01A203BBCCB47D94A7FA8E7C76C3E5D0', NULL, NULL, '["policy_version","1","seats","1","seats_taken","0","lease","01a203bb-ccb4-7998-85be-332200fe572d"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCB679FAA0C5A5797CFED9D9', 1795358969, X'86F342AD758DB173A169C8AAEE19410E7250ACCE9434CD8607223461BFB9ABC0', NULL, 'activation.granted', X'01A203BBCCB676998165CBBF62873A3B', X'01A203BBCCB67951A6DA8CB945E73998', X'01A203BBCCB67E7897B54CD199B969C0', NULL, NULL, '["policy_version","1","seats","1","seats_taken","0","lease","01a203bb-ccb6-7d2c-936c-a6273886b48c"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCB67A9A8F69BB22BACA4B44', 1795358969, NULL, X'01A203BBCCA8755F897CEF1EB606B8E3', 'licence.revoked', X'01A203BBCCB2745284AACF2AF5E16ADC', NULL, NULL, NULL, NULL, '["policy_version","1","seats","1","seats_taken","1","effective","2026-12-06T14:49:29Z"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCB877EE9932DA1E686E1134', 1795358969, X'759D8CF145DD59ECB4B9E2358B71E6EE711952E2445FE78C2AE0EB438E3E162D', NULL, 'activation.refused', X'01A203BBCCB47C86B73809F5200BBAE8', NULL, NULL, NULL, 'seat_limit_reached', '["policy_version","1","seats","1","seats_taken","1"]');
INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) VALUES (X'01A203BBCCBA7997BC2CA6841CD2FDD8', 1795358969, X'759D8CF145DD59ECB4B9E2358B71E6EE711952E2445FE78C2AE0EB438E3E162D', NULL, 'release.asked', X'01A203BBCCB47C86B73809F5200BBAE8', X'01A203BBCCB47F3F91E838180D010A1F', X'01A203BBCCB47D94A7FA8E7C76C3E5D0', NULL, NULL, '["policy_version","1","seats","1","seats_taken","1","effective","2026-12-06T14:49:29Z","last_contact","2026-11-22T14:49:29Z"]');
INSERT INTO reply (staff, request, digest, subject, created) VALUES (X'01A203BBCCA8755F897CEF1EB606B8E3', X'00000000000000000000000000000001', X'A3E8D83023CD9966FDA18A5D3061115E98791E62EC1F8A04972A3FCFEBF84B9F', '01a203bb-cca8-7596-9731-9b9d08a9fb59', 1795358969);
INSERT INTO reply (staff, request, digest, subject, created) VALUES (X'01A203BBCCA8755F897CEF1EB606B8E3', X'00000000000000000000000000000002', X'825AAFBA78866788C88E381B6975DCF12BDC46089E14B971E32DE210AAFA8CB5', '1', 1795358969);
INSERT INTO reply (staff, request, digest, subject, created) VALUES (X'01A203BBCCA8755F897CEF1EB606B8E3', X'00000000000000000000000000000003', X'4E4B284B3BFAB500C41B035E78D9C8C2D5481525F40CD1360D29E6206CF3B5EB', '01a203bb-cca8-7ba7-9538-7047cc4a101b', 1795358969);
INSERT INTO reply (staff, request, digest, subject, created) VALUES (X'01A203BBCCA8755F897CEF1EB606B8E3', X'00000000000000000000000000000004', X'A0569ACEE35E685E974BEBAE533A68B5B1F23E86E6A3D83A90F8536C31580AA0', '01a203bb-cca8-7410-81ea-c682a37c88c0', 1795358969);
INSERT INTO reply (staff, request, digest, subject, created) VALUES (X'01A203BBCCA8755F897CEF1EB606B8E3', X'00000000000000000000000000000007', X'BA80C2D418E358FDE446C4586DB1BF3B5F57F9C049F395C97CBED51D0E5EE832', '01a203bb-ccb2-7452-84aa-cf2af5e16adc', 1795358969);
INSERT INTO tally (licences, activations) VALUES (7, 7);
INSERT INTO log_waiting (mark, events) VALUES (1, X'01A203BBCCA872E3BB2B41EF0B28EBED');
INSERT INTO log_waiting (mark, events) VALUES (10, X'01A203BBCCB07AB198DB605D2D07F1ED');
INSERT INTO log_waiting (mark, events) VALUES (11, X'01A203BBCCB2752C8C162156E02C1313');
INSERT INTO log_waiting (mark, events) VALUES (12, X'01A203BBCCB47501BCF3DFA318C2849D');
INSERT INTO log_waiting (mark, events) VALUES (13, X'01A203BBCCB679FAA0C5A5797CFED9D9');
INSERT INTO log_waiting (mark, events) VALUES (14, X'01A203BBCCB67A9A8F69BB22BACA4B44');
INSERT INTO log_waiting (mark, events) VALUES (15, X'01A203BBCCB877EE9932DA1E686E1134');
INSERT INTO log_waiting (mark, events) VALUES (16, X'01A203BBCCBA7997BC2CA6841CD2FDD8');
INSERT INTO log_waiting (mark, events) VALUES (2, X'01A203BBCCA8797080E49BEC3884C1A2');
INSERT INTO log_waiting (mark, events) VALUES (3, X'01A203BBCCA87593AEF22C62D587D7A6');
INSERT INTO log_waiting (mark, events) VALUES (4, X'01A203BBCCA87DE0B5E7098B9F6DEF13');
INSERT INTO log_waiting (mark, events) VALUES (5, X'01A203BBCCA8783E8C5097DD0305C342');
INSERT INTO log_waiting (mark, events) VALUES (6, X'01A203BBCCA875E1900D4C2D6B0CF4BA');
INSERT INTO log_waiting (mark, events) VALUES (7, X'01A203BBCCAA760EBCC7942F754166B8');
INSERT INTO log_waiting (mark, events) VALUES (8, X'01A203BBCCAC7116AC4D8658E6A96586');
INSERT INTO log_waiting (mark, events) VALUES (9, X'01A203BBCCAE79FF91312AEDE2EE2055');
INSERT INTO log_head (size, root, checkpoint, certificate, at) VALUES (0, X'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855', NULL, NULL, 0);
CREATE UNIQUE INDEX licence_key ON licence (key_number) WHERE key_number IS NOT NULL;
CREATE UNIQUE INDEX licence_imported ON licence (imported) WHERE imported IS NOT NULL;
CREATE INDEX licence_label ON licence (label) WHERE label IS NOT NULL;
CREATE INDEX licence_sku ON licence (sku);
CREATE UNIQUE INDEX installation_id ON installation (id);
CREATE INDEX crowded_seat_device ON crowded_seat (device);
CREATE INDEX crowded_seat_anchor_1 ON crowded_seat (licence, anchor_1, held) WHERE anchor_1 IS NOT NULL;
CREATE INDEX crowded_seat_anchor_2 ON crowded_seat (licence, anchor_2, held) WHERE anchor_2 IS NOT NULL;
CREATE INDEX crowded_seat_silent ON crowded_seat (licence, lease_until) WHERE held = 1;
CREATE INDEX crowded_seat_lingering ON crowded_seat (licence, lingers_until) WHERE held = 0;
CREATE INDEX crowded_seat_released ON crowded_seat (licence, released_at) WHERE held = 0;
CREATE INDEX event_licence ON event (licence) WHERE licence IS NOT NULL;
CREATE INDEX reply_created ON reply (created);
CREATE INDEX activation_contested ON activation (id) WHERE released_by = 'reclaim' OR release_effective IS NOT NULL;
CREATE INDEX crowded_seat_latest ON crowded_seat (licence, held_since, activation) WHERE held = 1;
CREATE INDEX support_case_open ON support_case (id) WHERE closed IS NULL;
CREATE INDEX support_case_received ON support_case (received);
COMMIT;
PRAGMA application_id = 1467115125;
PRAGMA user_version = 5;
