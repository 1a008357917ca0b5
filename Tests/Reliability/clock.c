// Preloaded into the program under test: its monotonic clocks run 25 times as fast. The program saves a checkpoint only after work of a
// second or more, and with this clock work of 40 ms is enough. Calendar time, sleeping and waiting are as without.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <time.h>

enum { FACTOR = 25, BILLION = 1000000000 };

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (real == NULL) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    const int status = real(clock, time);
    if (status != 0 || (clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)) return status;
    const long long nanoseconds = FACTOR * (BILLION * (long long)time->tv_sec + time->tv_nsec);
    time->tv_sec = nanoseconds / BILLION;
    time->tv_nsec = nanoseconds % BILLION;
    return 0;
}
