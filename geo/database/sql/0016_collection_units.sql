-- Units hand in their own sheets: each sees its own sheets, files, answers and takings-in, and nothing of the others.
-- Runs as jiantu_owner. The command opens rounds, decides what is between two units, and takes sheets in.

create function jiantu.my_sheets() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(s.id), '{}') from jiantu.collection_sheet s
  where s.unit_id = any((select jiantu.my_units())::bigint[])
$$;

create function jiantu.my_rounds() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(distinct s.round_id), '{}') from jiantu.collection_sheet s
  where s.unit_id = any((select jiantu.my_units())::bigint[])
$$;

create function jiantu.my_editable_sheets() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(s.id), '{}') from jiantu.collection_sheet s
  where s.unit_id = any((select jiantu.my_editable_units())::bigint[])
$$;

-- The files whose questions a unit answers: those that hold, until the sheet is taken in.
create function jiantu.my_editable_files() returns bigint[]
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(f.id), '{}') from jiantu.collection_file f
  join jiantu.collection_sheet s on s.id = f.sheet_id
  where f.current and s.state = 'received' and s.unit_id = any((select jiantu.my_editable_units())::bigint[])
$$;

select history.let_units('jiantu.collection_round', 'id = any((select jiantu.my_rounds())::bigint[])');

-- Of its sheet a unit says one thing: that it has come.
select history.let_units('jiantu.collection_sheet', 'unit_id = any((select jiantu.my_units())::bigint[])');
create policy unit_changes on jiantu.collection_sheet for update to jiantu_unit
  using (unit_id = any((select jiantu.my_editable_units())::bigint[]))
  with check (unit_id = any((select jiantu.my_editable_units())::bigint[]) and state = 'received');
grant update (state) on jiantu.collection_sheet to jiantu_unit;

select history.let_units('jiantu.collection_file',
  'sheet_id = any((select jiantu.my_sheets())::bigint[])',
  'sheet_id = any((select jiantu.my_editable_sheets())::bigint[])', '{insert}', '{}',
  'not typed_for and round_id = (select s.round_id from jiantu.collection_sheet s where s.id = sheet_id)');
create policy unit_changes on jiantu.collection_file for update to jiantu_unit
  using (sheet_id = any((select jiantu.my_editable_sheets())::bigint[]))
  with check (sheet_id = any((select jiantu.my_editable_sheets())::bigint[]));
grant update (current) on jiantu.collection_file to jiantu_unit;

-- What lies between two units, or between a unit and the command, a unit does not answer for itself.
select history.let_units('jiantu.collection_answer',
  'file_id in (select f.id from jiantu.collection_file f)',
  'file_id = any((select jiantu.my_editable_files())::bigint[])'
  ' and kind <> all (array[''foreign_project'', ''units_disagree'', ''unit_differs'', ''not_active''])',
  '{insert,update,delete}');

select history.let_units('jiantu.collection_merge', 'sheet_id = any((select jiantu.my_sheets())::bigint[])');
select history.let_units('jiantu.name_alias',
  'unit_id is not null or project_id = any((select jiantu.my_projects())::bigint[])');

alter policy unit_reads on jiantu.stored_file using ((select jiantu.is_member()) and (
  sha256 in (select a.sha256 from jiantu.attachment a)
  or sha256 in (select m.file_sha256 from jiantu.case_message m)
  or sha256 in (select f.sha256 from jiantu.collection_file f)));

grant execute on function
  jiantu.my_sheets(), jiantu.my_rounds(), jiantu.my_editable_sheets(), jiantu.my_editable_files()
  to jiantu_unit;
