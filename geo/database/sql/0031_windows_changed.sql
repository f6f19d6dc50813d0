-- A unit's administrators change its windows in place, so that a window keeps its version and its history; and they
-- read what their unit was before, so that the last save of its crews can be undone. Runs as jiantu_owner.

create policy unit_changes on jiantu.service_window for update to jiantu_unit
  using (unit_id = any((select jiantu.my_administered_units())::bigint[]))
  with check (unit_id = any((select jiantu.my_administered_units())::bigint[]));
grant update (name, name_en, forbids, operation, first_day, last_day, since, until)
  on jiantu.service_window to jiantu_unit;

select history.let_units_look_back('jiantu.unit',
  $$(row ->> 'id')::bigint = any((select jiantu.my_units())::bigint[])$$);
