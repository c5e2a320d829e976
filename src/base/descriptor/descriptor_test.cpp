#include "base/descriptor/descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <optional>

namespace kontor {
namespace {

int opened() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0 || errno != EBADF;
}

}  // namespace

TEST(Descriptor, what_is_owned_is_closed_at_the_end_and_not_before) {
  std::optional<Descriptor> owner(opened());
  const int fd = owner->get();
  ASSERT_TRUE(owner->open());
  EXPECT_TRUE(is_open(fd));
  owner.reset();
  EXPECT_FALSE(is_open(fd));
}

TEST(Descriptor, who_takes_over_is_who_closes) {
  std::optional<Descriptor> first(opened());
  const int fd = first->get();
  {
    Descriptor second(std::move(*first));
    EXPECT_FALSE(first->open());
    first.reset();
    EXPECT_EQ(second.get(), fd);
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(Descriptor, what_stood_there_before_is_closed_with_who_gave_the_other) {
  Descriptor kept(opened());
  const int before = kept.get();
  {
    Descriptor other(opened());
    const int after = other.get();
    kept = std::move(other);
    EXPECT_EQ(kept.get(), after);
  }
  EXPECT_FALSE(is_open(before));
  EXPECT_TRUE(is_open(kept.get()));
}

TEST(Descriptor, what_could_not_be_opened_is_nobodys) {
  const Descriptor none(::open("/dev/null/nothing", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(none.open());
  EXPECT_FALSE(Descriptor().open());
}

}  // namespace kontor
