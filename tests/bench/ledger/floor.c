/* The least a reading of FEC files can cost: map each file, parse date, account and amounts,
   add in integer cents by (month, account), print. No check, no label, no other column.
   Assumes what the generator writes: 18 columns in order, accounts of at most 8 characters. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS (1 << 16) /* far more than (month, account) pairs: few collisions */

struct sum {
    uint64_t account; /* its characters, packed; 0 where the slot is free */
    int64_t debit, credit;
    int month;
};
static struct sum sums[SLOTS];

static struct sum *slot(uint64_t account, int month)
{
    uint64_t mixed = (account + (uint64_t)month) * 0x9E3779B97F4A7C15u;
    struct sum *found = &sums[mixed >> 48];
    while (found->account && (found->account != account || found->month != month))
        if (++found == sums + SLOTS)
            found = sums;
    found->account = account;
    found->month = month;
    return found;
}

/* Read an amount, an empty one as zero, and step over the separator. */
static const char *cents(const char *at, char separator, int64_t *value)
{
    int64_t total = 0;
    int negative = 0, decimals = -1;
    for (; *at != separator; at++) {
        if (*at == ',')
            decimals = 0;
        else if (*at == '-')
            negative = 1;
        else if (*at != '+') {
            total = total * 10 + (*at - '0');
            decimals += decimals >= 0;
        }
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 2; decimals++)
        total *= 10;
    *value = negative ? -total : total;
    return at + 1;
}

static const char *after(const char *at, char separator, int count)
{
    while (count--)
        while (*at++ != separator)
            ;
    return at;
}

static void add(const char *at, const char *end)
{
    char separator = memchr(at, '|', 20) ? '|' : '\t';
    const char *first = memchr(at, '\n', (size_t)(end - at));
    int one_amount = strncmp(after(at, separator, 11), "Montant", 7) == 0;
    for (at = first + 1; at < end; at++) {
        uint64_t account = 0;
        int64_t debit, credit = 0;
        at = after(at, separator, 3);
        int month = (at[4] - '0') * 10 + at[5] - '0';
        for (at += 9; *at != separator; at++)
            account = account << 8 | (unsigned char)*at;
        at = cents(after(at + 1, separator, 6), separator, &debit);
        if (!one_amount)
            at = cents(at, separator, &credit);
        else if (*at == 'C') {
            credit = debit;
            debit = 0;
        }
        struct sum *sum = slot(account, month);
        sum->debit += debit;
        sum->credit += credit;
        at = memchr(at, '\n', (size_t)(end - at));
    }
}

int main(int count, char **paths)
{
    for (int file = 1; file < count; file++) {
        struct stat about;
        int descriptor = open(paths[file], O_RDONLY);
        if (descriptor < 0 || fstat(descriptor, &about) < 0)
            return perror(paths[file]), 1;
        size_t size = (size_t)about.st_size;
        char *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (text == MAP_FAILED)
            return perror(paths[file]), 1;
        madvise(text, size, MADV_SEQUENTIAL);
        add(text, text + size);
        munmap(text, size);
        close(descriptor);
    }
    for (struct sum *sum = sums; sum < sums + SLOTS; sum++) {
        if (!sum->account)
            continue;
        char name[9] = {0};
        uint64_t packed = __builtin_bswap64(sum->account);
        memcpy(name, (char *)&packed + __builtin_clzll(sum->account) / 8,
               8 - (size_t)__builtin_clzll(sum->account) / 8);
        printf("%02d\t%s\t%lld\t%lld\n", sum->month, name, (long long)sum->debit,
               (long long)sum->credit);
    }
    return 0;
}
