#include "platform/store/postgres/internal/link.hpp"

namespace kontor::platform::store::postgres {

Result<Connection*> Link::connection() {
  if (connection_ && connection_->alive()) return connection_.get();
  connection_.reset();
  auto opened = Connection::open(config_);
  if (!opened) return fail(std::move(opened.error()));
  connection_ = std::move(*opened);
  return connection_.get();
}

Result<std::vector<Rows>> Link::write(const std::vector<Command>& commands) {
  auto current = connection();
  if (!current) return fail(std::move(current.error()));
  return (*current)->run(commands);
}

Result<std::vector<Rows>> Link::read(const std::vector<Command>& commands) {
  auto answers = write(commands);
  if (answers || !connection_ || connection_->alive()) return answers;
  return write(commands);
}

}  // namespace kontor::platform::store::postgres
