/* Sorted tables: written and read again, and damaged in every byte. */
#include "formats/crc32c.h"
#include "formats/table.h"
#include "harness.h"

/* Keys that share prefixes, with values of every length; enough for several blocks when long. */
static const char *key_of(int i)
{
    static char key[32];
    snprintf(key, sizeof key, "scope/%03d/w%05d", i / 7, i);
    return key;
}

static tn_wire table_of(tn_table_out *out, int n, size_t value_length)
{
    char *value = talloc_array(root, char, (unsigned)value_length + 1);
    memset(value, 'v', value_length);
    tn_table_begin(out, root);
    tn_table_put(out, "", "header", 6);
    for (int i = 0; i < n; i++)
        tn_table_put(out, key_of(i), value, value_length ? (size_t)i % value_length : 0);
    ck_assert_int_eq(tn_table_end(out), TN_OK);
    talloc_free(value);
    return tn_wire_of(out->file.data, out->file.n);
}

static void expect_keys(int n, size_t value_length)
{
    tn_table_out out;
    tn_table table;
    tn_wire value;
    bool found;
    ck_assert_int_eq(tn_table_open(&table, "t", table_of(&out, n, value_length)), TN_OK);
    ck_assert_int_eq(tn_table_find(&table, "", &value, &found), TN_OK);
    ck_assert(found && tn_wire_left(&value) == 6 && !memcmp(value.p, "header", 6));
    for (int i = 0; i < n; i++) {
        ck_assert_int_eq(tn_table_find(&table, key_of(i), &value, &found), TN_OK);
        ck_assert(found && tn_wire_left(&value) == (value_length ? (size_t)i % value_length : 0));
    }
    static const char *const others[] = { "a", "scope", "scope/000/w0000", "scope/000/w000000", "scope/000/w00000x", "z" };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ck_assert_int_eq(tn_table_find(&table, others[i], &value, &found), TN_OK);
        ck_assert(!found);
    }
    talloc_free_children(root);
}

START_TEST(one_block)
{
    expect_keys(0, 0);
    expect_keys(1, 1);
    expect_keys(16, 5);
    expect_keys(100, 30);
}
END_TEST

START_TEST(many_blocks)
{
    expect_keys(2000, 1000);
}
END_TEST

/* Whatever byte is wrong, it is seen, or it does not matter; never is anything read outside. */
START_TEST(damage)
{
    tn_table_out out;
    tn_wire good = table_of(&out, 20, 8), value;
    size_t n = tn_wire_left(&good);
    uint8_t *bytes = talloc_memdup(root, good.p, n);
    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < 8; bit++) {
            tn_table table;
            bool found = false;
            bytes[i] ^= (uint8_t)(1 << bit);
            tn_status status = tn_table_open(&table, "t", tn_wire_of(bytes, n));
            if (!status)
                status = tn_table_find(&table, key_of(3), &value, &found);
            ck_assert_msg(status == TN_DATA_LOSS || status == TN_UNIMPLEMENTED || found, "byte %zu", i);
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    talloc_free_children(root);
}
END_TEST

START_TEST(cut_short)
{
    tn_table_out out;
    tn_wire good = table_of(&out, 20, 8);
    for (size_t n = 0; n < tn_wire_left(&good); n++) {
        tn_table table;
        uint8_t *bytes = talloc_memdup(root, n ? good.p : (const void *)"", n + !n);
        ck_assert_int_eq(tn_table_open(&table, "t", tn_wire_of(bytes, n)), TN_DATA_LOSS);
        talloc_free(bytes);
    }
    talloc_free_children(root);
}
END_TEST

/* A file made of one block that is also the index, its checksum right. */
static tn_status open_crafted(const char *entries, size_t n, tn_table *table, uint8_t *file)
{
    tn_wire_out out = { .owner = root };
    tn_put_bytes(&out, entries, n);
    tn_put_bytes(&out, "", 1); /* uncompressed */
    tn_put_fixed32(&out, tn_crc32c_mask(tn_crc32c(0, out.data, out.n)));
    size_t footer = out.n;
    tn_put_varint(&out, 0);
    tn_put_varint(&out, 0);
    tn_put_varint(&out, 0);
    tn_put_varint(&out, n);
    while (out.n < footer + 40)
        tn_put_bytes(&out, "", 1);
    tn_put_fixed64(&out, UINT64_C(0xdb4775248b80fb57));
    memcpy(file, out.data, out.n);
    tn_status status = tn_table_open(table, "t", tn_wire_of(file, out.n));
    talloc_free(out.data);
    return status;
}

#define CRAFTED(text) text, sizeof text - 1

START_TEST(hostile_blocks)
{
    uint8_t file[256];
    tn_table table;
    tn_wire value;
    bool found;
    ck_assert_int_eq(open_crafted(CRAFTED(""), &table, file), TN_DATA_LOSS);
    ck_assert_int_eq(open_crafted(CRAFTED("\1\0\0"), &table, file), TN_DATA_LOSS);
    ck_assert_int_eq(open_crafted(CRAFTED("\xff\xff\xff\xff"), &table, file), TN_DATA_LOSS); /* restarts past the block */
    static const struct {
        const char *bytes;
        size_t n;
    } bad[] = {
        { CRAFTED("\5\1\0z\0\0\0\0\1\0\0\0") },                                     /* shares more than there is */
        { CRAFTED("\0\x7f\0z\0\0\0\0\1\0\0\0") },                                   /* a key past the end */
        { CRAFTED("\0\1\x7fz\0\0\0\0\1\0\0\0") },                                   /* a value past the end */
        { CRAFTED("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\0z\0\0\0\0\1\0\0\0") }, /* a key of 2^64 bytes */
        { CRAFTED("\0\1\2z\x7f\x7f\0\0\0\0\1\0\0\0") },                             /* a block past the end */
        { CRAFTED("\0\1\0z\0\0\0\0\1\0\0\0") },                                     /* no handle */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(open_crafted(bad[i].bytes, bad[i].n, &table, file), TN_OK);
        ck_assert_msg(tn_table_find(&table, "k", &value, &found) == TN_DATA_LOSS, "case %zu", i);
    }
    expect_error(TN_DATA_LOSS, "t: damaged");
}
END_TEST

static tn_status write_and_find(void *owner)
{
    tn_table_out out;
    tn_table table;
    tn_wire value;
    bool found;
    void *scratch = talloc_size(owner, 1);
    tn_table_begin(&out, scratch);
    for (int i = 0; i < 40; i++)
        tn_table_put(&out, key_of(i), "value", 5);
    tn_status status = tn_table_end(&out);
    if (!status)
        status = tn_table_open(&table, "t", tn_wire_of(out.file.data, out.file.n));
    if (!status)
        status = tn_table_find(&table, key_of(5), &value, &found);
    talloc_free(scratch);
    return status;
}

START_TEST(survives_oom)
{
    expect_survives_oom(write_and_find);
}
END_TEST

TN_SUITE("formats table", one_block, many_blocks, damage, cut_short, hostile_blocks, survives_oom)
