/* Plans for people: what tn_plan_print prints. */
#include "core/status.h"
#include "plan/compile.h"

static const char *text_of_apart(tn_apart apart)
{
    switch (apart) {
    case TN_APART_OFF:
        return "the session was opened with TN_OPTIMIZE_NONE";
    case TN_APART_DYNAMIC:
        return "its shapes are known only while running";
    case TN_APART_FETCHED:
        return "its result is fetched";
    case TN_APART_SHARED:
        return "several steps take its result";
    case TN_APART_TAKER:
        return "what takes its result is not elementwise";
    case TN_APART_FAILS:
        return "it may fail";
    case TN_APART_DTYPE:
        return "its dtypes are not fused";
    case TN_APART_SIZE:
        return "its result is broadcast, or empty";
    case TN_APART_FULL:
        return "the step that takes its result is as large as steps may be";
    case TN_APART_KEEPS:
        return "its inputs would be kept for longer";
    case TN_APART_NOT:
    case TN_APART_OTHER:
    case TN_APART_NONE:
        break;
    }
    return NULL;
}

static const char *text_of_over(tn_over over)
{
    switch (over) {
    case TN_OVER_INPUT:
        return "in place of an input";
    case TN_OVER_KERNEL:
        return "not in place: the kernel cannot";
    case TN_OVER_OWNER:
        return "not in place: the input is fed, constant or a variable's";
    case TN_OVER_LATER:
        return "not in place: the input is needed later";
    case TN_OVER_OTHERWISE:
        return "not in place: the input is also read in another order, or is of another size";
    }
    return "";
}

static void print_value(const tn_plan *plan, uint32_t i, FILE *to)
{
    const tn_slot *slot = &plan->slots[i];
    char text[TN_DIMS_TEXT];
    size_t bytes = 0;
    if (!i) {
        fputs(" none", to);
        return;
    }
    fprintf(to, " %s%s", tn_dtype_name(slot->dtype), slot->dims ? tn_dims_text(slot->dims, text) : " of a shape not known");
    if (slot->dims && tn_dims_bytes(slot->dims, slot->dtype, &bytes))
        fprintf(to, ", %zu bytes", bytes);
    switch (slot->home) {
    case TN_HOME_ARENA:
        fprintf(to, " at %zu", slot->offset);
        break;
    case TN_HOME_RESULT:
        fprintf(to, " in result %u", slot->extra);
        break;
    case TN_HOME_HEAP:
        fputs(" on the heap", to);
        break;
    case TN_HOME_HELD:
        fputs(" of a variable", to);
        break;
    case TN_HOME_NONE:
    case TN_HOME_CONST:
    case TN_HOME_FEED:
        break;
    }
}

static void print_members(const tn_step *step, const tn_note *note, FILE *to)
{
    const char *how = note->is_source ? "takes its input from" : note->members[note->num_members - 1] == step->op ? "fused" : "finished by";
    fprintf(to, "    %s", how);
    for (uint32_t i = 0; i < note->num_members; i++)
        fprintf(to, "%s %s '%s'", i ? "," : "", note->members[i]->def->name, note->members[i]->name);
    fputc('\n', to);
}

static void print_operation(const tn_plan *plan, size_t i, FILE *to)
{
    const tn_step *step = &plan->steps[i];
    const tn_note *note = &plan->notes[i];
    fprintf(to, "%zu %s '%s'%s%s%s ->", i, step->op->def->name, step->op->name, note->module ? " by " : "",
            note->module ? note->module : "", step->run == tn_run_dynamic ? " (prepared while running)" : "");
    for (uint32_t j = 0; j < step->num_outputs; j++) {
        fputs(j ? ";" : "", to);
        print_value(plan, step->slots[step->num_inputs + j], to);
    }
    fputc('\n', to);
    if (note->num_members)
        print_members(step, note, to);
    if (text_of_apart(note->apart))
        fprintf(to, "    not fused with what follows: %s\n", text_of_apart(note->apart));
    if (step->num_outputs && step->slots[step->num_inputs])
        fprintf(to, "    %s\n", text_of_over(note->over));
    if (note->divided || note->may_divide)
        fprintf(to, "    %s\n", note->divided ? "divided among threads" : "not divided: one thread, or too little to do");
}

static void print_step(const tn_plan *plan, size_t i, FILE *to)
{
    const tn_step *step = &plan->steps[i];
    if (step->run == tn_run_check)
        fprintf(to, "%zu checks whether the run may go on\n", i);
    else if (step->run == tn_run_read)
        fprintf(to, "%zu reads a variable for %s '%s'\n", i, step->op->def->name, step->op->name);
    else if (step->run == tn_run_release)
        fprintf(to, "%zu lets go of the value of %s '%s'\n", i, step->op->def->name, step->op->name);
    else if (step->run == tn_run_alias)
        fprintf(to, "%zu points at the value of %s '%s'\n", i, step->op->def->name, step->op->name);
    else
        print_operation(plan, i, to);
}

tn_status tn_plan_write(const tn_plan *plan, FILE *to)
{
    fprintf(to, "plan of %zu steps: an arena of %zu bytes for values of at most %zu bytes at one time; %zu results of their own\n",
            plan->num_steps, plan->arena_bytes, plan->live_bytes, plan->num_results);
    for (size_t i = 0; i < plan->num_steps; i++)
        print_step(plan, i, to);
    return ferror(to) ? tn_fail(TN_UNAVAILABLE, "the plan could not be written to the file") : TN_OK;
}
