-- A unit remembers names for its own sheets: of projects that it keeps, and of any unit. A later word on the same name
-- takes the place of the earlier, which goes. Runs as jiantu_owner.

alter policy unit_reads on jiantu.name_alias using ((select jiantu.is_member()) and (
  for_unit_id = any((select jiantu.my_units())::bigint[])
  or (for_unit_id is null
    and (unit_id is not null or project_id = any((select jiantu.my_projects())::bigint[])))));

create policy unit_adds on jiantu.name_alias for insert to jiantu_unit
  with check (for_unit_id = any((select jiantu.my_editable_units())::bigint[])
    and (project_id is null or project_id = any((select jiantu.my_editable_projects())::bigint[])));
create policy unit_removes on jiantu.name_alias for delete to jiantu_unit
  using (for_unit_id = any((select jiantu.my_editable_units())::bigint[]));
grant insert (alias, project_id, unit_id, for_unit_id, confirmed_by, confirmed_at), delete on jiantu.name_alias
  to jiantu_unit;
