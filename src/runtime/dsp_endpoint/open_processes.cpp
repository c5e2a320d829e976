#include "runtime/dsp_endpoint/open_processes.hpp"

namespace kontor::runtime::dsp_endpoint {

using protocol::dsp::Pid;

Task<Result<void>> OpenProcesses::admit(ContextId context, Did peer, Pid pid) {
  auto opened = opened_by({context, peer});
  if (opened->all.contains(pid)) co_return Result<void>{};
  if (opened->all.size() >= open_max_) co_await forget_ended(opened, std::move(context));
  if (opened->all.size() >= open_max_) {
    co_return fail(ErrorCode::too_many_requests,
                   "{} has {} processes open with this participant, which is as many as it may", peer,
                   opened->all.size());
  }
  if (opened->all.insert(pid).second) opened->by_age.push_back(std::move(pid));
  co_return Result<void>{};
}

std::shared_ptr<OpenProcesses::Opened> OpenProcesses::opened_by(const Key& key) {
  if (const auto* found = peers_.find(key)) return *found;
  auto opened = std::make_shared<Opened>();
  peers_.put(key, opened);
  return opened;
}

Task<void> OpenProcesses::forget_ended(std::shared_ptr<Opened> opened, ContextId context) {
  for (std::size_t i = 0; i < looks_max && !opened->by_age.empty(); ++i) {
    auto oldest = std::move(opened->by_age.front());
    opened->by_age.pop_front();
    const bool ended = co_await has_ended_(context, oldest);
    if (ended) {
      opened->all.erase(oldest);
    } else {
      opened->by_age.push_back(std::move(oldest));
    }
  }
}

}  // namespace kontor::runtime::dsp_endpoint
