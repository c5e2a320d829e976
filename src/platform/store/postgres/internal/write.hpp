#pragma once

#include <functional>
#include <string>

#include "platform/store/postgres/internal/connection.hpp"
#include "platform/store/sql/group_writer.hpp"

namespace kontor::platform::store::postgres {

/// What the writer says to the others about what it writes.
struct Announcement {
  std::string channel;  ///< of NOTIFY
  std::string origin;   ///< this replica
};

/// The commands that open a transaction and set its context. The setting ends with the transaction.
Command begin();
Command begin_read();
Command commit();
Command set_context(const ContextId& context);
/// Commits of all replicas follow one another from here to the end of the transaction: outbox and events get
/// their sequence in order of commit, audit chains do not fork, and batches cannot deadlock.
Command wait_for_turn(const std::string& schema);
std::string turn_name(const std::string& schema);

/// Writes a batch in one transaction and one round trip. When the database finds an error in what one unit
/// holds (a conflict is none), each unit is written in a transaction of its own; when it cannot write at all,
/// all of them fail. Returns the number of durable commits.
std::uint64_t write_batch(Connection& connection, sql::Batch batch, const std::string& schema,
                          const Announcement& announcement);

}  // namespace kontor::platform::store::postgres
