/* Threads of POSIX systems: the queue of those that wait for the runtime, and what a fork does to it. */
#include "platform/posix/posix.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint64_t next_ticket;
static uint64_t served;
static void (*in_child)(void);

void bk_os_queue_wait(bool (*take)(void))
{
    pthread_mutex_lock(&lock);
    uint64_t ticket = next_ticket++;
    while (ticket != served || !take()) {
        pthread_cond_wait(&changed, &lock);
    }
    served++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void bk_os_queue_wake(void)
{
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* The other threads, and with them whoever held the lock, do not exist in the child. */
static void after_fork(void)
{
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&changed, NULL);
    next_ticket = served = 0;
    in_child();
}

bool bk_os_at_fork(void (*child)(void))
{
    if (in_child != NULL) {
        return true;
    }
    in_child = child;
    if (pthread_atfork(NULL, NULL, after_fork) != 0) {
        in_child = NULL;
        return false;
    }
    return true;
}
