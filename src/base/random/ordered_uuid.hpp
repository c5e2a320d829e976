#pragma once

#include <chrono>
#include <string>

#include "base/random/random.hpp"

namespace kontor {

/// A version 7 UUID in its usual form (RFC 9562, section 5.7): the time in milliseconds, then 74 random bits.
/// For what is stored under it in great numbers: ids that are made one after the other lie side by side in an
/// index, and random ones each on a page of their own. It tells when it was made.
std::string ordered_uuid(Random& random, std::chrono::sys_time<std::chrono::microseconds> now);

}  // namespace kontor
