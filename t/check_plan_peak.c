/*
 * The memory of a run: an arena is hardly larger than the most that is needed at one step, for random graphs and for a net that trains.
 * What is needed is found from the plan alone: the bytes that live slots cover, so that values in one place count once.
 */
#include "plan_driver.h"

enum { GRAPHS = 200, OPERATIONS = 60, FETCHES = 3, ALIGNMENT = 64 };

/* ---- What a plan needs ---- */

typedef struct span {
    size_t first, last; /* steps */
    size_t at, end;     /* bytes of the arena */
} span;

static int compare_places(const void *a, const void *b)
{
    size_t x = (*(const span *const *)a)->at, y = (*(const span *const *)b)->at;
    return (x > y) - (x < y);
}

static span *spans_of(const tn_plan *plan)
{
    span *spans = talloc_zero_array(root, span, (unsigned)plan->num_slots);
    for (size_t i = 0; i < plan->num_slots; i++) {
        const tn_slot *slot = &plan->slots[i];
        size_t bytes = 0;
        spans[i].first = SIZE_MAX;
        if (slot->home != TN_HOME_ARENA || !tn_dims_bytes(slot->dims, slot->dtype, &bytes))
            continue;
        spans[i].at = slot->offset;
        spans[i].end = slot->offset + (bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT);
    }
    for (size_t p = 0; p < plan->num_steps; p++) {
        const tn_step *step = &plan->steps[p];
        uint32_t n = step->slots ? step->num_inputs + step->num_outputs + (step->num_outputs || step->num_inputs ? 1 : 0) : 0;
        for (uint32_t i = 0; i < n; i++) {
            span *s = &spans[step->slots[i]];
            s->first = p < s->first ? p : s->first;
            s->last = p;
        }
    }
    for (size_t i = 0; i < plan->num_fetches; i++)
        spans[plan->fetches[i].slot].last = plan->num_steps;
    return spans;
}

static size_t covered(const span **live, size_t n)
{
    size_t bytes = 0, end = 0;
    qsort(live, n, sizeof *live, compare_places);
    for (size_t i = 0; i < n; i++) {
        size_t from = live[i]->at > end ? live[i]->at : end;
        bytes += live[i]->end > from ? live[i]->end - from : 0;
        end = live[i]->end > end ? live[i]->end : end;
    }
    return bytes;
}

static size_t most_needed(const tn_plan *plan)
{
    span *spans = spans_of(plan);
    const span **live = talloc_array(spans, const span *, (unsigned)plan->num_slots);
    size_t most = 0;
    for (size_t p = 0; p < plan->num_steps; p++) {
        size_t n = 0;
        for (size_t i = 0; i < plan->num_slots; i++)
            if (spans[i].end > spans[i].at && spans[i].first <= p && p <= spans[i].last)
                live[n++] = &spans[i];
        size_t bytes = covered(live, n);
        most = bytes > most ? bytes : most;
    }
    talloc_free(spans);
    return most;
}

/* ---- Random graphs ---- */

static uint32_t state;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static tn_output made[OPERATIONS + 8];
static uint32_t num_made;

static tn_output any(void)
{
    return made[num_made - 1 - draw(num_made < 10 ? num_made : 10)];
}

static int rows_of(tn_output x)
{
    return (int)tn_output_dim(x, 0);
}

static int columns_of(tn_output x)
{
    return (int)tn_output_dim(x, 1);
}

static tn_output other_size(tn_output x)
{
    switch (draw(4)) {
    case 0:
        return tn_slice(x, tn_vector(0, 0), tn_vector(1 + (int)draw((uint32_t)rows_of(x)), -1));
    case 1:
        return rows_of(x) < 2000 ? tn_concat(TN_OUTPUTS(x, tn_neg(x)), 0) : tn_slice(x, tn_vector(3, 0), tn_vector(300, -1));
    case 2:
        return rows_of(x) < 600 ? tn_matmul(x, x, .transpose_b = true) : tn_square(x);
    default:
        return columns_of(x) > 40 ? tn_slice(x, tn_vector(0, 0), tn_vector(-1, 20 + (int)draw(20)))
                                  : tn_concat(TN_OUTPUTS(x, tn_neg(x)), 1);
    }
}

static tn_output same_size(tn_output x)
{
    switch (draw(5)) {
    case 0:
        return tn_tanh(x);
    case 1:
        return tn_add(x, tn_reduce_sum(any(), .axes = TN_AXES(0, 1)));
    case 2:
        return tn_mul(x, tn_exp(tn_slice(x, tn_vector(0, 0), tn_vector(1, -1))));
    case 3:
        return tn_add(tn_transpose(tn_exp(tn_transpose(x))), x);
    default:
        return tn_sub(x, tn_reduce_max(x, .axes = TN_AXES(1), .keep_dims = true));
    }
}

static void build(uint32_t seed)
{
    state = seed * 7919 + 1;
    num_made = 0;
    made[num_made++] = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(50 + draw(500), 10 + draw(100)));
    for (uint32_t n = 10 + draw(OPERATIONS - 10); num_made <= n; num_made++) {
        made[num_made] = draw(2) ? same_size(any()) : other_size(any());
        ck_assert_msg(made[num_made].op != NULL, "%s", tn_last_error()->message);
    }
}

static void check_graph(uint32_t seed)
{
    tn_output fetches[FETCHES];
    build(seed);
    for (int i = 0; i < FETCHES; i++)
        fetches[i] = made[num_made - 1 - draw(5)];
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ rows_of(made[0]), columns_of(made[0]) }, NULL);
    const tn_outputs all = { fetches, FETCHES };
    tn_plan *plan = plan_of(all, TN_FEEDS({ made[0], t }), seed % 2 ? TN_OPTIMIZE_NONE : TN_OPTIMIZE_DEFAULT);
    size_t needed = most_needed(plan);
    ck_assert_msg(plan->arena_bytes <= needed + needed / 20 && plan->arena_bytes >= needed,
                  "graph %u: an arena of %zu bytes, %zu are needed", seed, plan->arena_bytes, needed);
    talloc_free(plan);
    talloc_free(t);
}

START_TEST(random_graphs_need_little_more_than_what_lives)
{
    uint32_t graphs = getenv("TN_UNDER_VALGRIND") ? 10 : GRAPHS;
    for (uint32_t seed = 0; seed < graphs; seed++)
        WITH_GRAPH(g, .owner = root)
            check_graph(seed);
}
END_TEST

TN_SUITE("plan peak", random_graphs_need_little_more_than_what_lives)
