-- Everybody on the staff reads service windows; a unit's administrators keep those of their unit, and its crews.
-- Runs as jiantu_owner.

select history.let_write('jiantu.service_window', 'jiantu_admin');
select history.let_units('jiantu.service_window', 'true',
  'unit_id = any((select jiantu.my_administered_units())::bigint[])', '{insert,delete}');
select history.let_units_look_back('jiantu.service_window',
  $$(row ->> 'unit_id')::bigint = any((select jiantu.my_units())::bigint[])$$);

create policy unit_changes on jiantu.unit for update to jiantu_unit
  using (id = any((select jiantu.my_administered_units())::bigint[]))
  with check (id = any((select jiantu.my_administered_units())::bigint[]));
grant update (crews) on jiantu.unit to jiantu_unit;
