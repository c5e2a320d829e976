#include "platform/store/postgres/internal/connection.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <cerrno>
#include <charconv>

#include "platform/store/postgres/internal/libpq.hpp"

namespace kontor::platform::store::postgres {
namespace {

constexpr std::size_t statements_max = 200;
constexpr Duration grace =
    std::chrono::seconds(5);  // what the server may take to say that it broke a statement off

ErrorCode code_of(std::string_view state) {
  if (state == "23505") return ErrorCode::conflict;   // unique_violation
  if (state == "54000") return ErrorCode::too_large;  // program_limit_exceeded: a value too long for an index
  if (state.starts_with("22")) return ErrorCode::invalid_input;  // data_exception: no JSON, no UTF-8, U+0000
  return ErrorCode::storage_failed;
}

Error error_of(const Libpq& pq, pg_result* result) {
  const auto field = [&](int which) {
    const char* text = pq.resultErrorField(result, which);
    return std::string(text ? text : "");
  };
  const auto state = field(PG_DIAG_SQLSTATE);
  return {code_of(state), fmt::format("PostgreSQL: {} ({})", field(PG_DIAG_MESSAGE_PRIMARY), state), {}, {}};
}

std::string first_line(const char* text) {
  const std::string_view view(text ? text : "");
  return std::string(view.substr(0, view.find('\n')));
}

}  // namespace

Rows::Rows(const Libpq& pq, pg_result* result) : pq_(&pq), result_(result, pq.clear) {}
int Rows::size() const {
  return pq_->ntuples(result_.get());
}
bool Rows::is_null(int row, int column) const {
  return pq_->getisnull(result_.get(), row, column) == 1;
}
std::string_view Rows::tag() const {
  return pq_->cmdStatus(result_.get());
}

std::string_view Rows::text(int row, int column) const {
  return {pq_->getvalue(result_.get(), row, column),
          static_cast<std::size_t>(pq_->getlength(result_.get(), row, column))};
}

std::int64_t Rows::number(int row, int column) const {
  const auto digits = text(row, column);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

Result<std::unique_ptr<Connection>> Connection::open(const SessionConfig& config) {
  const auto seconds =
      std::to_string(std::max<std::int64_t>(1, config.connect_max / std::chrono::seconds(1)));
  // What stands behind `dbname` wins over the connection string, what stands before it is a default.
  const char* keywords[] = {"connect_timeout", "tcp_user_timeout", "application_name",
                            "dbname",          "client_encoding",  nullptr};
  const char* values[] = {seconds.c_str(), "30000", "kontor", config.url.c_str(), "UTF8", nullptr};
  const auto library = load_libpq();
  if (!library) return fail(library.error());
  const auto& pq = **library;
  PGconn* opened = pq.connectdbParams(keywords, values, 1);
  std::unique_ptr<Connection> connection(new Connection(pq, opened, config.statement_max + grace));
  if (pq.status(opened) != CONNECTION_OK) {
    return fail(ErrorCode::storage_failed, "PostgreSQL: {}", first_line(pq.errorMessage(opened)));
  }
  pq.setNoticeProcessor(opened, [](void*, const char*) {}, nullptr);
  pq.setnonblocking(opened, 1);
  pq.enterPipelineMode(opened);
  if (auto ready = connection->set_up(config); !ready) return fail(std::move(ready.error()));
  return connection;
}

Connection::~Connection() {
  pq_.finish(connection_);
}

Result<void> Connection::set_up(const SessionConfig& config) {
  const auto milliseconds = std::to_string(config.statement_max / std::chrono::milliseconds(1));
  std::vector<std::pair<std::string, std::string>> settings{
      {"search_path", fmt::format("\"{}\", pg_temp", config.schema)},
      {"statement_timeout", milliseconds},
      {"lock_timeout", milliseconds},
      {"idle_in_transaction_session_timeout", milliseconds},
      {"default_transaction_isolation", "read committed"},
      {"timezone", "UTC"},
      {"extra_float_digits", "1"}};
  settings.insert(settings.end(), config.settings.begin(), config.settings.end());
  std::vector<Command> commands;
  for (const auto& [name, value] : settings) {
    Command command{"SELECT set_config($1, $2, false)"};
    command.arguments.add(std::string_view(name)).add(std::string_view(value));
    commands.push_back(std::move(command));
  }
  // A server may be told to acknowledge what is not durable; we may not.
  commands.push_back(
      {"SELECT set_config('synchronous_commit', 'on', false) "
       "WHERE current_setting('synchronous_commit') = 'off' AND current_setting('fsync') = 'on'"});
  auto done = run(commands);
  if (!done) return fail(std::move(done.error()));
  return {};
}

Result<std::vector<Rows>> Connection::run(const std::vector<Command>& commands) {
  if (prepared_.size() > statements_max) {
    if (auto forgotten = execute("DEALLOCATE ALL"); !forgotten) return fail(std::move(forgotten.error()));
    prepared_.clear();
  }
  auto sent = send(commands);
  if (!sent) return fail(std::move(sent.error()));
  auto answers = receive(*sent);
  if (!broken_ && pq_.transactionStatus(connection_) != PQTRANS_IDLE) {
    if (auto left = leave_transaction(); !left && answers) return fail(std::move(left.error()));
  }
  return answers;
}

/// Only of what fails does a transaction stay behind.
Result<void> Connection::leave_transaction() {
  auto left = execute("ROLLBACK");
  if (left && pq_.transactionStatus(connection_) == PQTRANS_IDLE) return {};
  return broken("a transaction cannot be left");
}

Result<std::vector<Connection::Sent>> Connection::send(const std::vector<Command>& commands) {
  std::vector<Sent> sent;
  for (const auto& command : commands) {
    auto known = prepared_.find(command.text);
    if (known == prepared_.end()) {
      known = prepared_.emplace(command.text, fmt::format("s{}", ++names_given_)).first;
      if (pq_.sendPrepare(connection_, known->second.c_str(), known->first.c_str(), 0, nullptr) == 0) {
        return broken("prepare");
      }
      sent.push_back({known->first});
    }
    const auto values = command.arguments.values();
    const int accepted =
        pq_.sendQueryPrepared(connection_, known->second.c_str(), command.arguments.count(), values.data(),
                              command.arguments.lengths().data(), command.arguments.formats().data(), 0);
    if (accepted == 0) return broken("send");
    sent.push_back({});
  }
  if (pq_.pipelineSync(connection_) == 0) return broken("send");
  if (auto flushed = flush(); !flushed) return fail(std::move(flushed.error()));
  return sent;
}

Result<std::vector<Rows>> Connection::receive(const std::vector<Sent>& sent) {
  std::vector<Rows> answers;
  Result<void> outcome;
  for (const auto& message : sent) {
    auto answer = next_result();
    if (!answer) return fail(std::move(answer.error()));
    const auto status = pq_.resultStatus(answer->get());
    const bool fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!fine && !message.prepares.empty()) prepared_.erase(message.prepares);
    if (!fine && outcome && status != PGRES_PIPELINE_ABORTED)
      outcome = std::unexpected(error_of(pq_, answer->get()));
    if (pq_.status(connection_) != CONNECTION_OK) return broken("read");
    if (message.prepares.empty()) answers.push_back(std::move(*answer));
    auto end = next_result();
    if (!end) return fail(std::move(end.error()));
    if (*end) return broken("one answer a command");
  }
  auto end = next_result();
  if (!end) return fail(std::move(end.error()));
  if (pq_.resultStatus(end->get()) != PGRES_PIPELINE_SYNC) return broken("the end of the answers");
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  return answers;
}

Result<void> Connection::execute(const std::string& script) {
  if (pq_.exitPipelineMode(connection_) == 0 || pq_.sendQuery(connection_, script.c_str()) == 0)
    return broken("send");
  if (auto flushed = flush(); !flushed) return flushed;
  Result<void> outcome;
  for (auto answer = next_result();; answer = next_result()) {
    if (!answer) return fail(std::move(answer.error()));
    if (!*answer) break;
    if (pq_.resultStatus(answer->get()) == PGRES_FATAL_ERROR && outcome) {
      outcome = std::unexpected(error_of(pq_, answer->get()));
    }
    if (pq_.status(connection_) != CONNECTION_OK) return broken("read");
  }
  if (pq_.enterPipelineMode(connection_) == 0) return broken("go on");
  return outcome;
}

Result<void> Connection::flush() {
  for (int left = pq_.flush(connection_); left != 0; left = pq_.flush(connection_)) {
    if (left < 0 || !wait(true)) return broken("send");
  }
  return {};
}

Result<Rows> Connection::next_result() {
  while (pq_.isBusy(connection_) == 1) {
    if (!wait(false)) return broken("read");
  }
  pg_result* result = pq_.getResult(connection_);
  if (!result) return Rows();
  return Rows(pq_, result);
}

/// Reads what has come. False: nothing came for too long, or the connection broke.
bool Connection::wait(bool for_writing) {
  pollfd descriptor{pq_.socket(connection_), static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN), 0};
  int ready = 0;
  do {
    ready = ::poll(&descriptor, 1, static_cast<int>(silence_max_ / std::chrono::milliseconds(1)));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return false;
  if ((descriptor.revents & ~POLLOUT) == 0) return true;
  return pq_.consumeInput(connection_) == 1;
}

std::unexpected<Error> Connection::broken(std::string_view what) {
  broken_ = true;
  const auto reason = first_line(pq_.errorMessage(connection_));
  return fail(ErrorCode::storage_failed, "PostgreSQL: the connection broke ({}): {}", what,
              reason.empty() ? "no answer" : reason);
}

bool Connection::alive() {
  pollfd descriptor{pq_.socket(connection_), POLLIN, 0};
  while (!broken_ && pq_.status(connection_) == CONNECTION_OK && ::poll(&descriptor, 1, 0) > 0) {
    if (pq_.consumeInput(connection_) == 0) broken_ = true;
  }
  return !broken_ && pq_.status(connection_) == CONNECTION_OK;
}

int Connection::socket() const {
  return pq_.socket(connection_);
}

std::vector<Connection::Notice> Connection::notices() {
  std::vector<Notice> notices;
  if (pq_.consumeInput(connection_) == 0) broken_ = true;
  while (PGnotify* notify = pq_.notifies(connection_)) {
    notices.push_back({notify->extra});
    pq_.freemem(notify);
  }
  return notices;
}

}  // namespace kontor::platform::store::postgres
