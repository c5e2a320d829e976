#include "base/descriptor/descriptor.hpp"

#include <unistd.h>

namespace kontor {

Descriptor::~Descriptor() {
  if (open()) ::close(fd_);
}

}  // namespace kontor
